import { addMessages } from "@parterre/ui";

export const zh = {
  "pickup.title": "取票码",
  "pickup.lead": "到柜台报取票码即可取纸质票。请勿告诉他人：凭码可取票。",
} as const;
export const en: Record<keyof typeof zh, string> = {
  "pickup.title": "Pickup code",
  "pickup.lead": "Say it at the counter to get paper tickets. Tell nobody else: who has the code gets the tickets.",
};
addMessages({ zh, en });
