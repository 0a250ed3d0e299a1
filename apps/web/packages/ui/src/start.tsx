import { createApi, type ParterreClient } from "@parterre/api";
import { createContext, useContext, useSyncExternalStore, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { SignIn } from "./components/signin.tsx";
import { ErrorBoundary } from "./components/states.tsx";
import { language, setLanguage } from "./i18n.ts";
import { startRouter } from "./router.tsx";
import { safeGet, startTheme, type ThemeChoice } from "./theme.ts";

/** Whether the browser believes to be signed in; the server decides: its 401 ends it. */
const KEY = "parterre.signed-in";
type SignedIn = "in" | "out" | "ended";
let state: SignedIn | null = null;
const listeners = new Set<() => void>();
const signedIn = (): SignedIn => (state ??= safeGet(KEY) === null ? "out" : "in");
function change(to: SignedIn): void {
  state = to;
  try {
    if (to === "in") localStorage.setItem(KEY, "1");
    else localStorage.removeItem(KEY);
  } catch {
    /* not remembered */
  }
  for (const l of listeners) l();
}

const ApiContext = createContext<ParterreClient | null>(null);
export function useApi(): ParterreClient {
  const api = useContext(ApiContext);
  if (api === null) throw new Error("useApi outside of startPage");
  return api;
}

/** Forgets the sign-in; the page shows the form again. Call after POST /api/v1/auth/sign-out. */
export const signedOut = (): void => change("out");

/** The server answered 401 outside of the typed client: the form comes up and the page stays behind it with what was typed. */
export const sessionEnded = (): void => {
  if (signedIn() === "in") change("ended");
};

export interface PageOptions {
  readonly page: "manage" | "counter" | "shop" | "gate" | "lab";
  readonly theme?: ThemeChoice;
  /** The sign-in form comes first. */ readonly needsSignIn: boolean;
  readonly draw: () => ReactNode;
}

/** Starts one page entry: theme, language, router, API client, sign-in. */
export function startPage(options: PageOptions): void {
  document.documentElement.dataset["page"] = options.page;
  startTheme(options.theme);
  setLanguage(language());
  startRouter(`/${options.page}`);
  const api = createApi({
    language: () => (language() === "zh" ? "zh-CN" : "en"),
    onSignedOut: () => {
      if (signedIn() === "in") change("ended");
    },
  });
  createRoot(document.getElementById("root")!).render(
    <ErrorBoundary>
      <ApiContext.Provider value={api}>
        <Gatekeeper {...options} api={api} />
      </ApiContext.Provider>
    </ErrorBoundary>,
  );
}

function Gatekeeper(props: PageOptions & { api: ParterreClient }): ReactNode {
  const now = useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    signedIn,
    () => "out" as const,
  );
  const form = (ended: boolean): ReactNode => (
    <SignIn
      page={props.page}
      ended={ended}
      onSubmit={async (login, password) => {
        await props.api.POST("/api/v1/auth/sign-in", { body: { login, password } });
        change("in");
      }}
    />
  );
  if (!props.needsSignIn || now === "in") return props.draw();
  if (now === "out") return form(false);
  // The session ended in the middle of work: the page stays behind the form with what was typed.
  return (
    <>
      <div hidden>{props.draw()}</div>
      {form(true)}
    </>
  );
}
