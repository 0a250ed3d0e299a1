/** The shared look and behaviour of all pages. antd stands apart in "@parterre/ui/antd": shop and gate do without. */
export * from "./tokens.ts";
export { currentTheme, setTheme, startTheme, useTheme, safeGet, safeSet, type ThemeChoice } from "./theme.ts";
export * from "./i18n.ts";
export * as format from "./format.ts";
export * from "./problem.ts";
export * from "./shortcuts.ts";
export * from "./router.tsx";
export * from "./seatlist.ts";
export * from "./components/icons.tsx";
export * from "./components/states.tsx";
export * from "./components/toasts.tsx";
export * from "./components/shell.tsx";
export * from "./components/field.tsx";
export * from "./components/signin.tsx";
export * from "./components/seatlist.tsx";
export * from "./components/mapview.tsx";
export * from "./start.tsx";
