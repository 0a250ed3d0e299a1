import { ConfigProvider, theme as algorithms, type ThemeConfig } from "antd";
import enUS from "antd/locale/en_US.js";
import zhCN from "antd/locale/zh_CN.js";
import type { ReactNode } from "react";
import { useLanguage } from "./i18n.ts";
import { useTheme } from "./theme.ts";
import { FONT_STACK, TOKENS, type ThemeName } from "./tokens.ts";

/** antd in our look, for the consoles. The shop and the gate do not import this file. */
export function antdTheme(name: ThemeName): ThemeConfig {
  const c = TOKENS[name];
  // The accent is for the one main action: what is focused or ticked is blue.
  const focus = { activeBorderColor: c.info, hoverBorderColor: c.quiet, activeShadow: "none" },
    ticked = { colorPrimary: c.info, colorPrimaryHover: c.info };
  return {
    algorithm: name === "dark" ? algorithms.darkAlgorithm : algorithms.defaultAlgorithm,
    token: {
      colorPrimary: c.accent,
      colorInfo: c.info,
      colorLink: c.info,
      colorSuccess: c.success,
      colorWarning: c.warning,
      colorError: c.danger,
      colorText: c.ink,
      colorTextSecondary: c.quiet,
      colorTextTertiary: c.quiet,
      colorTextDescription: c.quiet,
      colorTextPlaceholder: c.quiet,
      colorBgLayout: c.ground,
      colorBgContainer: c.paper,
      colorBgElevated: c.paper,
      colorBorder: c.strong,
      colorBorderSecondary: c.line,
      fontFamily: FONT_STACK,
      fontSize: 14,
      borderRadius: 6,
      controlHeight: 36,
    },
    components: {
      Input: focus,
      InputNumber: focus,
      DatePicker: { ...focus, ...ticked },
      Select: { activeBorderColor: c.info, hoverBorderColor: c.quiet, activeOutlineColor: "transparent", optionSelectedBg: c["info-soft"] },
      Checkbox: ticked,
      Radio: ticked,
      Table: { headerBg: c.ground, headerColor: c.quiet, cellPaddingBlock: 10 },
      Button: { primaryShadow: "none", defaultShadow: "none" },
    },
  };
}

export function AntdProvider(props: { children: ReactNode }): ReactNode {
  return (
    <ConfigProvider button={{ autoInsertSpace: false }} theme={antdTheme(useTheme())} locale={useLanguage() === "zh" ? zhCN : enUS}>
      {props.children}
    </ConfigProvider>
  );
}
