import { ErrorState, Loading, signedOut, useApi } from "@parterre/ui";
import { createContext, useContext, type ReactNode } from "react";
import { makeHttp } from "./http.ts";
import { useLoad } from "./load.ts";
import type { Me } from "./staffwire.ts";

interface Who {
  readonly me: Me;
  readonly can: (...permissions: readonly string[]) => boolean;
  readonly reload: () => void;
}
const MeContext = createContext<Who | null>(null);

/** Asks who is signed in before anything else is drawn. */
export function MeProvider(props: { children: ReactNode }): ReactNode {
  const { data, error, reload } = useLoad<Me>("me", (http, signal) => http.get("/api/v1/auth/me", {}, signal));
  if (data === null) return <div className="page">{error === null ? <Loading /> : <ErrorState error={error} onRetry={reload} />}</div>;
  const can = (...permissions: readonly string[]): boolean => permissions.some((p) => data.permissions.includes(p));
  return <MeContext.Provider value={{ me: data, can, reload }}>{props.children}</MeContext.Provider>;
}

export function useMe(): Who {
  const who = useContext(MeContext);
  if (who === null) throw new Error("useMe outside of MeProvider");
  return who;
}

/** Ends the session at the server, then here; a lost line does not keep anybody signed in on the screen. */
export function useSignOut(): () => Promise<void> {
  const api = useApi();
  return async () => {
    try {
      await makeHttp(api).send("POST", "/api/v1/auth/sign-out");
    } finally {
      signedOut();
    }
  };
}
