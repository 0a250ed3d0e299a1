import { addMessages } from "@parterre/ui";

/** Texts of the people that are given before there is an offer. */
export const zh = {
  "wb.title": "先填好观演人",
  "wb.lead": "信息只存在本机，有票时自动填入下单页，免去临时录入。",
  "wb.save": "保存在本机",
  "wb.saved": "已保存在本机，有票时自动填入",
  "wb.ready": "观演人已备好：{names}",
  "wb.change": "修改",
  "wb.drop": "从本机删除",
};

export const en: typeof zh = {
  "wb.title": "Give the people beforehand",
  "wb.lead": "They stay on this device and are filled in for you when there is an offer.",
  "wb.save": "Keep on this device",
  "wb.saved": "Kept on this device; it is filled in when there is an offer",
  "wb.ready": "People are ready: {names}",
  "wb.change": "Change",
  "wb.drop": "Delete from this device",
};

addMessages({ zh, en });
