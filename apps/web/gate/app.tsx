import { LanguageSwitch, Mark, ThemeSwitch, useT } from "@parterre/ui";
import { useEffect, useState, type ReactNode } from "react";
import { ApiProblem } from "@parterre/api";
import { SessionChoice, Way, type Post } from "./setup.tsx";
import { Scanning } from "./scanning.tsx";
import { call, device, keepDevice, type GateSession } from "./wire.ts";
import { safeGet, safeSet } from "@parterre/ui";
import "./messages.ts";
import "./gate.css";

export interface Place {
  readonly session: GateSession;
  readonly gate: string;
}
const PLACE = "parterre.gate.place";
function keptPlace(): Place | null {
  try {
    return JSON.parse(safeGet(PLACE) ?? "null") as Place | null;
  } catch {
    return null;
  }
}

/** Way in (pairing or staff), then session and entrance, then scanning. Each is kept, so a reload stands where it stood. */
export function App(): ReactNode {
  const text = useT(),
    [post, setPost] = useState<Post | null | "asking">("asking"),
    [place, setPlace] = useState<Place | null>(keptPlace);
  useEffect(() => {
    const d = device();
    if (d !== null) {
      setPost({ name: d.name, device: true });
      return;
    }
    call<{ name: string; kind: string }>("/api/v1/auth/me").then(
      (me) => setPost(me.kind === "buyer" ? null : { name: me.name, device: false }),
      (e: unknown) => {
        // Without the network the page stands where it stood: scans are kept and sent later.
        setPost(e instanceof ApiProblem ? null : place === null ? null : { name: "", device: false });
      },
    );
  }, []);
  const choose = (p: Place | null): void => {
    safeSet(PLACE, JSON.stringify(p));
    setPlace(p);
  };
  const leave = (): void => {
    if (post !== "asking" && post?.device === true) keepDevice(null);
    else void call("/api/v1/auth/sign-out", { method: "POST" }).catch(() => undefined);
    setPost(null);
  };
  if (post === "asking") return <main className="gate-plain" aria-busy="true" />;
  if (post !== null && place !== null)
    return (
      <Scanning
        place={place}
        onChange={() => choose(null)}
        onSignedOut={() => {
          keepDevice(null);
          setPost(null);
        }}
      />
    );
  return (
    <div className="gate-plain">
      <header>
        <span className="brand">
          <Mark />
          {text("app.name")}
          <small>{text("app.gate")}</small>
        </span>
        <span className="row">
          <LanguageSwitch />
          <ThemeSwitch />
        </span>
      </header>
      <main id="main">{post === null ? <Way onIn={setPost} /> : <SessionChoice post={post} onChoose={choose} onLeave={leave} />}</main>
    </div>
  );
}
