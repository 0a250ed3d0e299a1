/** Texts that the pages of offers share. */
export const zh = { "o.title": "预留与优惠" } as const;
export const en: Record<keyof typeof zh, string> = { "o.title": "Offers" };
