import { useSyncExternalStore } from "react";
import { safeGet, safeSet } from "./theme.ts";
import { en } from "./locales/en.ts";
import { zh } from "./locales/zh.ts";

export type Language = "zh" | "en";
export type Messages = Readonly<Record<string, string>>;
export type Params = Readonly<Record<string, string | number>>;
const KEY = "parterre.language";
const catalogue: Record<Language, Record<string, string>> = { zh: { ...zh }, en: { ...en } };
const listeners = new Set<() => void>();
let current: Language | null = null;

/** A page adds its own keys ("shop.pay"), both languages at once; locales.test.ts compares all pairs of files. */
export function addMessages(own: { readonly zh: Messages; readonly en: Messages }): void {
  Object.assign(catalogue.zh, own.zh);
  Object.assign(catalogue.en, own.en);
}

/** Chinese unless the address (?lang=en) or an earlier choice says otherwise. */
export function language(): Language {
  if (current === null) {
    const asked = typeof location === "undefined" ? null : new URLSearchParams(location.search).get("lang");
    const kept = asked ?? safeGet(KEY);
    current = kept === "en" ? "en" : "zh";
  }
  return current;
}

export function setLanguage(next: Language): void {
  current = next;
  safeSet(KEY, next);
  if (typeof document !== "undefined") document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
  for (const listener of listeners) listener();
}

/** The text of a key. {name} is filled from params; {n|seat|seats} chooses by the number n. An unknown key shows itself. */
export function translate(lang: Language, key: string, params: Params = {}): string {
  const text = catalogue[lang][key] ?? catalogue.zh[key] ?? key;
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, many?: string) => {
    const value = params[name];
    if (one === undefined || many === undefined) return value === undefined ? `{${name}}` : String(value);
    return Number(value) === 1 ? one : many;
  });
}

export const t = (key: string, params?: Params): string => translate(language(), key, params);
export const hasKey = (key: string): boolean => Object.hasOwn(catalogue.zh, key);

/** Draws the component again when the language changes. */
export function useLanguage(): Language {
  return useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    language,
    () => "zh" as const,
  );
}

export function useT(): (key: string, params?: Params) => string {
  const lang = useLanguage();
  return (key, params) => translate(lang, key, params);
}
