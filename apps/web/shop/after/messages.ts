import { addMessages } from "@parterre/ui";

export const zh = {
  "inv.title": "发票", "inv.ask": "申请发票", "inv.lead": "按实付减退款开具电子发票，发送到邮箱。", "inv.kind": "抬头类型", "inv.personal": "个人", "inv.enterprise": "企业", "inv.head": "发票抬头", "inv.tax": "统一社会信用代码", "inv.email": "接收邮箱", "inv.send": "提交申请", "inv.sent": "发票申请已提交", "inv.st.requested": "开票中", "inv.st.issued": "已开 {n}", "inv.st.rejected": "已驳回：{why}", "inv.st.void_due": "退款后待红冲", "inv.st.voided": "已红冲",
  "bindp.title": "登记观演人", "bindp.lead": "以下座位还没有观演人，请在 {when} 前登记；逾期不能入场。", "bindp.go": "登记", "bindp.done": "已登记",
} as const;
export const en: Record<keyof typeof zh, string> = {
  "inv.title": "Invoice", "inv.ask": "Ask for an invoice", "inv.lead": "An electronic invoice over what was paid less refunds, sent by e-mail.", "inv.kind": "For", "inv.personal": "a person", "inv.enterprise": "an enterprise", "inv.head": "Title", "inv.tax": "Unified social credit code", "inv.email": "E-mail", "inv.send": "Send the request", "inv.sent": "The request was sent", "inv.st.requested": "requested", "inv.st.issued": "issued {n}", "inv.st.rejected": "rejected: {why}", "inv.st.void_due": "to be voided after a refund", "inv.st.voided": "voided",
  "bindp.title": "Name the people", "bindp.lead": "These seats have no person yet. Name them before {when}; later they are not admitted.", "bindp.go": "Save", "bindp.done": "Saved",
};
addMessages({ zh, en });
