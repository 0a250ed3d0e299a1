/** The look as values, for code that cannot read CSS variables (antd's theme, canvases). styles.css has the same; a test compares them. */
export const TOKENS = {
  light: {
    ink: "#1f2329", quiet: "#5c636d", paper: "#ffffff", ground: "#f5f6f8", line: "#e3e6ea", strong: "#c4c9d0", accent: "#b4232c", "accent-press": "#941a22", "on-accent": "#ffffff",
    success: "#1a7f4b", "success-soft": "#eef8f2", warning: "#b26a00", "warning-soft": "#fdf6e9", danger: "#c0362c", "danger-soft": "#fceceb", info: "#2463c2", "info-soft": "#e9f0fb",
  },
  dark: {
    ink: "#e8eaed", quiet: "#a3aab4", paper: "#1d2126", ground: "#14171b", line: "#2e343b", strong: "#4a525c", accent: "#e0525a", "accent-press": "#ea7178", "on-accent": "#14171b",
    success: "#4cc38a", "success-soft": "#16291f", warning: "#f0b04a", "warning-soft": "#2d2413", danger: "#ff7b72", "danger-soft": "#331b1a", info: "#6aa5ff", "info-soft": "#172437",
  },
} as const;
export type ThemeName = keyof typeof TOKENS;
export const FONT_STACK = '"PingFang SC","Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei",system-ui,sans-serif';
