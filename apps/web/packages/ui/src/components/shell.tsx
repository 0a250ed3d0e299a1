import { useEffect, useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { language, setLanguage, useT } from "../i18n.ts";
import { Link, usePath } from "../router.tsx";
import { shortcuts } from "../shortcuts.ts";
import { setTheme, useTheme } from "../theme.ts";
import { Mark, Moon, Sun } from "./icons.tsx";
import { ErrorBoundary } from "./states.tsx";
import { Toasts } from "./toasts.tsx";

export function LanguageSwitch(): ReactNode {
  const text = useT();
  return (
    <button
      type="button"
      className="button plain"
      lang={language() === "zh" ? "en" : "zh-CN"}
      aria-label={`${text("language.switch")} – ${text("language.label")}`}
      onClick={() => setLanguage(language() === "zh" ? "en" : "zh")}
    >
      {text("language.switch")}
    </button>
  );
}

export function ThemeSwitch(): ReactNode {
  const text = useT(),
    theme = useTheme(),
    to = theme === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      className="button plain icon"
      aria-label={text(`theme.${to}`)}
      title={text(`theme.${to}`)}
      onClick={() => setTheme(to)}
    >
      {theme === "dark" ? <Sun /> : <Moon />}
    </button>
  );
}

/** under: pages that belong to the entry without standing below its address ("/sessions" under "/shows"). */
export interface NavItem {
  readonly to: string;
  readonly label: string;
  readonly under?: readonly string[];
}

const within = (path: string, at: string): boolean => path === at || (at !== "/" && path.startsWith(`${at}/`));

/** The entry whose page or section `path` is: the longest address that fits. */
export function currentItem<T extends NavItem>(nav: readonly T[], path: string): T | undefined {
  const fit = (n: T): number => Math.max(-1, ...[n.to, ...(n.under ?? [])].filter((at) => within(path, at)).map((at) => at.length));
  return nav.reduce<T | undefined>((best, n) => (fit(n) > (best === undefined ? -1 : fit(best)) ? n : best), undefined);
}

/** Keeps the marked entry of a row that scrolls sideways in the middle of what is seen, without moving the page. */
export function useCurrentInView(row: RefObject<HTMLElement | null>, path: string): void {
  useLayoutEffect(() => {
    const nav = row.current,
      at = nav?.querySelector<HTMLElement>("[aria-current]");
    if (nav === null || at === null || at === undefined || nav.scrollWidth <= nav.clientWidth) return;
    const n = nav.getBoundingClientRect(),
      a = at.getBoundingClientRect();
    nav.scrollLeft += a.left - n.left - (n.width - a.width) / 2;
  }, [row, path]);
}

/** Header, navigation, notices and the page inside its error boundary. page: "manage", "counter" …; wide: no margins (maps). */
export function Shell(props: { page: string; nav?: readonly NavItem[]; wide?: boolean; end?: ReactNode; children: ReactNode }): ReactNode {
  const text = useT(),
    path = usePath();
  const current = currentItem(props.nav ?? [], path),
    row = useRef<HTMLElement>(null);
  useCurrentInView(row, path);
  useEffect(() => {
    document.title = `${text(`app.${props.page}`)} · ${text("app.name")}`;
  });
  return (
    <>
      <a className="skip" href="#main">
        {text("nav.skip")}
      </a>
      <header className="bar">
        <Link to="/" className="brand">
          <Mark />
          {text("app.name")}
          <small>{text(`app.${props.page}`)}</small>
        </Link>
        {props.nav !== undefined && (
          <nav ref={row} aria-label={text("nav.main")}>
            {props.nav.map((n) => (
              <Link key={n.to} to={n.to} aria-current={n !== current ? undefined : n.to === path ? "page" : "true"}>
                {text(n.label)}
              </Link>
            ))}
          </nav>
        )}
        <div className="end">
          {props.end}
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </header>
      <main id="main" className={props.wide === true ? "page wide" : "page"}>
        <ErrorBoundary key={path}>{props.children}</ErrorBoundary>
      </main>
      <Toasts />
      <ShortcutHelp />
    </>
  );
}

/** "?" shows all shortcuts of the page. */
export function ShortcutHelp(): ReactNode {
  const text = useT(),
    [open, setOpen] = useState(false);
  useEffect(() => shortcuts.add({ id: "help", keys: "?", label: "shortcuts.help", run: () => setOpen((o) => !o) }), []);
  useEffect(() => shortcuts.listen(), []);
  if (!open) return null;
  return (
    <dialog
      ref={(d: HTMLDialogElement | null) => {
        if (d !== null && !d.open) d.showModal();
      }}
      onClose={() => setOpen(false)}
      aria-labelledby="shortcuts-title"
    >
      <h2 id="shortcuts-title">{text("shortcuts.title")}</h2>
      <dl className="keys">
        {shortcuts.list().map((s) => (
          <div key={s.id} style={{ display: "contents" }}>
            <dt>
              <kbd>{s.keys}</kbd>
            </dt>
            <dd>{text(s.label)}</dd>
          </div>
        ))}
      </dl>
      <div className="row" style={{ marginTop: 24, justifyContent: "flex-end" }}>
        <button type="button" className="button" onClick={() => setOpen(false)}>
          {text("action.close")}
        </button>
      </div>
    </dialog>
  );
}

export function NotFound(): ReactNode {
  const text = useT();
  return (
    <div className="state">
      <h1>{text("state.not-found")}</h1>
      <p>{text("state.not-found-lead")}</p>
      <div className="row">
        <Link to="/" className="button">
          {text("action.home")}
        </Link>
      </div>
    </div>
  );
}
