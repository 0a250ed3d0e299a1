import { addMessages } from "@parterre/ui";

/** Texts of allotments and channel prices in the map's panel. */
export const zh = {
  "m.al": "渠道配额",
  "m.al-add": "新配额",
  "m.al-none": "把座位留给一个渠道：新建配额，选中后在图上涂画。",
  "m.al-new": "配额 {n}",
  "m.al-remove": "取消配额（{n} 座放回）",
  "m.step-allot": "涂配额",
  "m.step-allot-set": "改配额",
  "m.cp": "渠道价",
  "m.cp-of": "{name} {channel}价",
  "m.cp-follow": "同票档价",
  "m.step-channel-price": "改渠道价",
} as const;
export const en: Record<keyof typeof zh, string> = {
  "m.al": "Channel allotments",
  "m.al-add": "New",
  "m.al-none": "Keep seats for one channel: make an allotment, choose it and paint.",
  "m.al-new": "Allotment {n}",
  "m.al-remove": "Take the allotment away ({n} back on sale)",
  "m.step-allot": "paint an allotment",
  "m.step-allot-set": "change an allotment",
  "m.cp": "Price by channel",
  "m.cp-of": "{name}, {channel}",
  "m.cp-follow": "as the zone",
  "m.step-channel-price": "change a channel's price",
};
addMessages({ zh, en });
