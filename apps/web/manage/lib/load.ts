import { useCallback, useEffect, useRef, useState } from "react";
import { useHttp, type Http, type Page, type Query } from "./http.ts";

export interface Loaded<T> {
  readonly data: T | null;
  readonly error: unknown;
  readonly loading: boolean;
  readonly reload: () => void;
  /** Puts an answer of a change in the place of what was loaded. */ readonly set: (value: T) => void;
}

/** Loads while the component lives; again when the key changes. What is there stays while it loads anew. */
export function useLoad<T>(key: string | null, load: (http: Http, signal: AbortSignal) => Promise<T>, everyMs?: number): Loaded<T> {
  const http = useHttp(),
    [round, setRound] = useState(0),
    latest = useRef(load);
  const [state, setState] = useState<{ key: string | null; data: T | null; error: unknown; loading: boolean }>({
    key,
    data: null,
    error: null,
    loading: key !== null,
  });
  latest.current = load;
  useEffect(() => {
    if (key === null) return;
    const stop = new AbortController();
    setState((s) => ({ key, data: s.key === key ? s.data : null, error: null, loading: true }));
    latest.current(http, stop.signal).then(
      (data) => {
        if (!stop.signal.aborted) setState({ key, data, error: null, loading: false });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setState((s) => ({ ...s, error, loading: false }));
      },
    );
    return () => stop.abort();
  }, [http, key, round]);
  useEffect(() => {
    if (everyMs === undefined || key === null) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") setRound((n) => n + 1);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, key]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  const set = useCallback((data: T) => setState({ key, data, error: null, loading: false }), [key]);
  const fresh = state.key === key;
  return { data: fresh ? state.data : null, error: fresh ? state.error : null, loading: fresh ? state.loading : key !== null, reload, set };
}

export interface PagedList<T> {
  readonly rows: readonly T[] | null;
  readonly error: unknown;
  readonly loading: boolean;
  readonly hasMore: boolean;
  readonly more: () => void;
  readonly reload: () => void;
}

/** A cursor list: the first page at once, further ones by more(). */
export function usePages<T>(path: string | null, query: Query = {}): PagedList<T> {
  const key = path === null ? null : `${path} ${JSON.stringify(query)}`,
    http = useHttp();
  const first = useLoad<Page<T>>(key, (h, signal) => h.get(path!, query, signal));
  const [rest, setRest] = useState<{ of: Page<T> | null; items: readonly T[]; next: string | undefined }>({
    of: null,
    items: [],
    next: undefined,
  });
  const [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null);
  const same = rest.of !== null && rest.of === first.data,
    next = same ? rest.next : first.data?.next;
  const more = (): void => {
    if (busy || next === undefined || path === null) return;
    setBusy(true);
    setError(null);
    http
      .get<Page<T>>(path, { ...query, cursor: next })
      .then(
        (p) => setRest({ of: first.data, items: [...(same ? rest.items : []), ...p.items], next: p.next }),
        (e: unknown) => setError(e),
      )
      .finally(() => setBusy(false));
  };
  return {
    rows: first.data === null ? null : same ? [...first.data.items, ...rest.items] : first.data.items,
    error: first.error ?? error,
    loading: first.loading || busy,
    hasMore: next !== undefined && next !== "",
    more,
    reload: first.reload,
  };
}
