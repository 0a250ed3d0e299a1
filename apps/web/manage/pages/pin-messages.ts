import { addMessages } from "@parterre/ui";

export const zh = {
  "m.pin-title": "签署 PIN",
  "m.pin-lead": "在同事的屏幕上复核班次、交接班时，可用 6 位 PIN 代替密码。PIN 不能用来登录。",
  "m.pin-set": "已设置 PIN。",
  "m.pin-none": "尚未设置 PIN，签署时请用密码。",
  "m.pin-password": "登录密码",
  "m.pin-new": "新 PIN（6 位数字，留空则取消）",
  "m.pin-form": "请输入 6 位数字",
  "m.pin-save": "保存 PIN",
  "m.pin-saved": "PIN 已保存",
  "m.pin-dropped": "PIN 已取消",
} as const;
export const en: Record<keyof typeof zh, string> = {
  "m.pin-title": "PIN for signatures",
  "m.pin-lead": "On a colleague's screen you sign shifts and hand-overs by six digits instead of your password. A PIN signs nobody in.",
  "m.pin-set": "You have a PIN.",
  "m.pin-none": "You have no PIN; sign with your password.",
  "m.pin-password": "Password",
  "m.pin-new": "New PIN (six digits; empty takes it away)",
  "m.pin-form": "Type six digits",
  "m.pin-save": "Save the PIN",
  "m.pin-saved": "The PIN is set",
  "m.pin-dropped": "The PIN is taken away",
};
addMessages({ zh, en });
