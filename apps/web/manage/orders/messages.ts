export const zh = {
  "mf.label": "按单号、手机号、姓名或证件查找",
  "mf.go": "查找",
  "mf.found": "找到 {n} 单",
  "mf.clear": "返回列表",
} as const;
export const en: Record<keyof typeof zh, string> = {
  "mf.label": "Find by number, phone, name or document",
  "mf.go": "Find",
  "mf.found": "{n} found",
  "mf.clear": "Back to the list",
};
