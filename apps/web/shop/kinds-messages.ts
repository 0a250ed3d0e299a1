import { addMessages } from "@parterre/ui";

export const zh = {
  "kinds.title": "票种",
  "kinds.lead": "优惠票入场时须出示凭证，无凭证须补差价或不予入场。",
  "kinds.of": "{seat} 的票种",
  "kinds.proof": "入场查验：{proof}",
  "kinds.off": "不售",
};
export const en: typeof zh = {
  "kinds.title": "Ticket kinds",
  "kinds.lead": "A concession needs its proof at the entrance; without it the difference is due, or entry is refused.",
  "kinds.of": "Kind of ticket for {seat}",
  "kinds.proof": "To be shown at the entrance: {proof}",
  "kinds.off": "not sold",
};
addMessages({ zh, en });
