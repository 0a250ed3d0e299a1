import { addMessages } from "@parterre/ui";

/** Texts of paying; the same keys in both. */
export const zh = {
  "pay.choose": "选择支付方式",
  "pay.none": "暂无可用的支付方式，请联系售票方。",
  "pay.simulated": "模拟",
  "pay.scan": "请用{name}扫描二维码付款",
  "pay.scan-alt": "付款二维码",
  "pay.scan-lead": "付款成功后本页会自动更新。",
  "pay.scan-open": "在本机打开模拟收银台",
  "pay.other": "换一种支付方式",
  "pay.to-phone": "在手机上付款",
  "pay.to-code": "扫码付款",
};
export const en: typeof zh = {
  "pay.choose": "How would you like to pay?",
  "pay.none": "There is no way to pay just now; please ask the seller.",
  "pay.simulated": "simulated",
  "pay.scan": "Scan the code with {name} to pay",
  "pay.scan-alt": "Code to pay",
  "pay.scan-lead": "This page follows by itself once you have paid.",
  "pay.scan-open": "Open the simulated cashier here",
  "pay.other": "Pay another way",
  "pay.to-phone": "Pay on this phone",
  "pay.to-code": "Pay by code",
};
addMessages({ zh, en });
