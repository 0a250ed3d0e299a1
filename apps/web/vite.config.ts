import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type UserConfig } from "vite";

const here = import.meta.dirname;
const page = (name: string): [string, string] => [name, resolve(here, name, "index.html")];

/** Consoles run on React and antd. */
export const CONSOLES = ["manage", "counter", "lab"];
/** What a buyer's phone or a handheld loads runs on Preact under React's names: under 60 kB packed. */
export const SMALL = ["shop", "gate"];

const preact = {
  "react-dom/client": "preact/compat/client",
  "react-dom": "preact/compat",
  "react/jsx-runtime": "preact/jsx-runtime",
  "react/jsx-dev-runtime": "preact/jsx-runtime",
  react: "preact/compat",
};

/** PAGES=small builds shop and gate, PAGES=bench the measuring page, anything else the consoles; scripts/build.mjs runs them after each other. */
export default defineConfig((): UserConfig => {
  const which = process.env["PAGES"] ?? "consoles",
    small = which === "small";
  const pages = small ? SMALL : which === "bench" ? ["bench"] : CONSOLES;
  return {
    root: here,
    base: "/",
    appType: "mpa",
    plugins: small ? [] : [react()],
    resolve: { alias: small ? preact : {} },
    oxc: small ? { jsx: { runtime: "automatic", importSource: "preact" } } : {},
    build: {
      outDir: which === "bench" ? "e2e/artifacts/bench" : "dist",
      emptyOutDir: which === "bench",
      target: "es2022",
      sourcemap: false,
      chunkSizeWarningLimit: 1600,
      rolldownOptions: {
        input: { ...Object.fromEntries(pages.map(page)), ...(which === "bench" ? { designer: resolve(here, "bench/designer.html") } : {}) },
      },
    },
    server: { proxy: { "/api": { target: process.env["PARTERRE"] ?? "https://localhost:8443", secure: false } } },
  };
});
