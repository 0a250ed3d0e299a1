import { useSyncExternalStore } from "react";
import type { ThemeName } from "./tokens.ts";

/** What a person chose; "auto" follows the machine. */
export type ThemeChoice = ThemeName | "auto";
const KEY = "parterre.theme";
const listeners = new Set<() => void>();
let fallback: ThemeChoice = "auto";

function stored(): ThemeChoice {
  const value = safeGet(KEY);
  return value === "light" || value === "dark" || value === "auto" ? value : fallback;
}

/** localStorage throws in some private modes: then nothing is remembered. */
export function safeGet(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
export function safeSet(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    /* not remembered */
  }
}

const darkQuery = (): MediaQueryList | null => (typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: dark)") : null);

export function currentTheme(): ThemeName {
  const choice = stored();
  return choice === "auto" ? (darkQuery()?.matches === true ? "dark" : "light") : choice;
}

function apply(): void {
  document.documentElement.dataset["theme"] = currentTheme();
  for (const listener of listeners) listener();
}

/** Call once before the first drawing. byDefault: counter and gate start dark (they work in the dark). */
export function startTheme(byDefault: ThemeChoice = "auto"): void {
  fallback = byDefault;
  darkQuery()?.addEventListener("change", apply);
  apply();
}

export function setTheme(choice: ThemeChoice): void {
  safeSet(KEY, choice);
  apply();
}

export function useTheme(): ThemeName {
  return useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    currentTheme,
    () => "light" as const,
  );
}
