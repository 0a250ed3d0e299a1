import { addMessages } from "@parterre/ui";

export const zh = {
  "ret.title": "保存期限",
  "ret.lead": "个人信息按类别保存的期限；到期后每小时自动删除，订单、票与金额不受影响。每次修改都留有版本。",
  "ret.now": "现行期限",
  "ret.persons": "观演人、证件与手机号：场次结束后（天）",
  "ret.invoices": "发票抬头、税号与邮箱：最后处理后（天）",
  "ret.persons-days": "观演人（天）",
  "ret.invoices-days": "发票（天）",
  "ret.persons-rule": "实名信息用毕即删（RL-13）；1 至 365 天",
  "ret.invoices-rule": "与交易信息同期，不少于三年（RL-17）；1095 至 3660 天",
  "ret.reason": "修改原因",
  "ret.need": "请填写，2 至 200 个字",
  "ret.range": "超出允许范围",
  "ret.save": "启用新期限",
  "ret.saved": "新期限已启用",
  "ret.provisional": "暂定：现行规定未写明天数",
  "ret.versions": "版本记录",
  "ret.version": "版本",
  "ret.default": "默认",
  "ret.who": "修改人",
  "ret.when": "时间",
};

export const en: typeof zh = {
  "ret.title": "Retention",
  "ret.lead":
    "How long personal data is kept, by kind. What is over is erased within the hour; orders, tickets and sums stay. Each change is a version.",
  "ret.now": "In force",
  "ret.persons": "Persons, documents and phones: days after the session",
  "ret.invoices": "An invoice's title, tax number and address: days after it was last dealt with",
  "ret.persons-days": "Persons (days)",
  "ret.invoices-days": "Invoices (days)",
  "ret.persons-rule": "Real names are deleted when done (RL-13); 1 to 365 days",
  "ret.invoices-rule": "As long as the transaction, three years at least (RL-17); 1095 to 3660 days",
  "ret.reason": "Why it is changed",
  "ret.need": "2 to 200 characters",
  "ret.range": "Outside of what is allowed",
  "ret.save": "Put in force",
  "ret.saved": "The new terms are in force",
  "ret.provisional": "Provisional: no rule names the days",
  "ret.versions": "Versions",
  "ret.version": "Version",
  "ret.default": "default",
  "ret.who": "Changed by",
  "ret.when": "When",
};

addMessages({ zh, en });
