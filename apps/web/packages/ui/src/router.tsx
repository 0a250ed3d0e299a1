import { useSyncExternalStore, type MouseEvent, type ReactNode } from "react";

/** Paths inside one page entry: base "/shop", routes "/orders/:id". A few lines instead of a library. */
let base = "";
const listeners = new Set<() => void>();
const tell = (): void => {
  for (const l of listeners) l();
};

export function startRouter(pageBase: string): void {
  base = pageBase;
  window.addEventListener("popstate", tell);
}

/** The path below the base, always with a leading and without a trailing slash ("/" alone is the start). */
export function insidePath(pathname: string, pageBase: string): string {
  const rest = pathname.startsWith(pageBase) ? pathname.slice(pageBase.length) : pathname;
  const clean = `/${rest}`.replace(/\/+/g, "/").replace(/\/$/, "");
  return clean === "" ? "/" : clean;
}

/** The parameters when the pattern fits, null otherwise. */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const a = pattern.split("/").filter(Boolean),
    b = path.split("/").filter(Boolean);
  if (a.length !== b.length) return null;
  const out: Record<string, string> = {};
  for (const [i, want] of a.entries()) {
    if (want.startsWith(":")) {
      try {
        out[want.slice(1)] = decodeURIComponent(b[i]!);
      } catch {
        return null;
      }
    } else if (want !== b[i]) return null;
  }
  return out;
}

const subscribe = (l: () => void): (() => void) => {
  listeners.add(l);
  return () => listeners.delete(l);
};
const here = (): string => location.pathname + location.search;

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  const url = base + (to === "/" ? "/" : to);
  if (options.replace === true) history.replaceState(null, "", url);
  else history.pushState(null, "", url);
  tell();
  if (options.replace !== true) window.scrollTo(0, 0);
}

export function usePath(): string {
  useSyncExternalStore(subscribe, here, () => "/");
  return insidePath(location.pathname, base);
}

/** Filters live in the address: reading and writing one parameter of the query. */
export function useQuery(name: string): [string | null, (value: string | null) => void] {
  useSyncExternalStore(subscribe, here, () => "/");
  const value = new URLSearchParams(location.search).get(name);
  return [
    value,
    (next) => {
      const query = new URLSearchParams(location.search);
      if (next === null || next === "") query.delete(name);
      else query.set(name, next);
      history.replaceState(null, "", `${location.pathname}${query.size > 0 ? `?${query}` : ""}`);
      tell();
    },
  ];
}

export function Link(props: {
  to: string;
  className?: string;
  children: ReactNode;
  "aria-current"?: "page" | "true" | undefined;
}): ReactNode {
  const go = (e: MouseEvent): void => {
    if (e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
    e.preventDefault();
    navigate(props.to);
  };
  return (
    <a href={base + props.to} className={props.className} aria-current={props["aria-current"]} onClick={go}>
      {props.children}
    </a>
  );
}

export interface Route {
  readonly path: string;
  readonly draw: (params: Record<string, string>) => ReactNode;
}

/** Draws the first route that fits, else `otherwise`. */
export function Routes(props: { routes: readonly Route[]; otherwise: ReactNode }): ReactNode {
  const path = usePath();
  for (const route of props.routes) {
    const params = matchPath(route.path, path);
    if (params !== null) return route.draw(params);
  }
  return props.otherwise;
}
