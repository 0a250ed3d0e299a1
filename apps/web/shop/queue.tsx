import { useLanguage } from "@parterre/ui";
import { type ReactNode, useEffect, useRef, useState } from "react";

/** Where a buyer stands in a session's waiting room (GET and POST /shop/sessions/{id}/queue). */
export interface Standing {
  readonly state: "open" | "draw" | "waiting" | "admitted"; readonly ticket?: string; readonly opensAt?: string; readonly index: number; readonly position?: number; readonly ahead: number; readonly came: number;
  readonly seconds?: number; readonly poll: number; readonly commitment?: string; readonly seed?: string; readonly drawn?: number; readonly pass?: string; readonly passUntil?: string;
}

const bytes = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(hex.match(/../g) ?? [], (x) => Number.parseInt(x, 16));
const hex = (b: ArrayBuffer): string => Array.from(new Uint8Array(b), (x) => x.toString(16).padStart(2, "0")).join("");

/** The place from 0 that number i of n got by lot: the same permutation as the server's (modules/waiting, Draw). */
export async function drawPlace(seed: string, i: bigint, n: bigint): Promise<bigint> {
  const key = bytes(seed), bits = n > 1n ? (n - 1n).toString(2).length : 0, half = BigInt(Math.max(1, (bits + 1) >> 1)), mask = (1n << half) - 1n;
  for (;;) {
    let left = i >> half, right = i & mask;
    for (let round = 0; round < 8; round++) {
      const input = new Uint8Array(key.length + 9), view = new DataView(input.buffer);
      input.set(key);
      input[key.length] = round;
      view.setBigUint64(key.length + 1, right);
      const out = new DataView(await crypto.subtle.digest("SHA-256", input)).getBigUint64(0);
      [left, right] = [right, (left ^ out) & mask];
    }
    i = (left << half) | right;
    if (i < n) return i;
  }
}

/** Whether a place is the one that the seed gives, and the seed the one that was promised; null while it cannot be said. */
export async function checkPlace(s: Standing, promised: string | null): Promise<boolean | null> {
  if (s.seed === undefined || s.drawn === undefined || s.position === undefined) return null;
  const commitment = hex(await crypto.subtle.digest("SHA-256", bytes(s.seed)));
  if (commitment !== s.commitment || (promised !== null && promised !== commitment)) return false;
  const place = s.index < s.drawn ? await drawPlace(s.seed, BigInt(s.index), BigInt(s.drawn)) : BigInt(s.index);
  return place + 1n === BigInt(s.position);
}

const words = {
  zh: { draw: "开放前进入的观众抽签排位，早到一秒不占先。", waiting: "正在排队", place: "您的位置", ahead: "前面还有", about: "预计等待", minutes: "分钟", opens: "开放时间", checked: "位置已核对：与事先公布的抽签承诺一致", wrong: "位置与抽签承诺不一致，请联系剧院", keep: "请保持本页打开，轮到时会自动进入。", code: "核对值", seconds: "不到 1" },
  en: { draw: "Everybody who comes before the opening gets a place by lot; being a second earlier does not help.", waiting: "You are in line", place: "Your place", ahead: "Ahead of you", about: "About", minutes: "min", opens: "Opens at", checked: "Place checked: it is the one that the published draw gives", wrong: "The place is not what the published draw gives; please contact the theatre", keep: "Keep this page open; you will be let in when it is your turn.", code: "Verification value", seconds: "less than 1" },
};

/** The page in place of the seat map while there is a line. onPass gets what goes with holds as X-Queue-Pass, or null when there is no line. */
export function QueuePage(props: { readonly session: string; readonly onPass: (pass: string | null) => void }): ReactNode {
  const lang = useLanguage(), t = lang === "zh" ? words.zh : words.en, [s, set] = useState<Standing | null>(null), [good, setGood] = useState<boolean | null>(null);
  const done = useRef(props.onPass);
  done.current = props.onPass;
  useEffect(() => {
    const store = `queue.${props.session}`, url = `/api/v1/shop/sessions/${props.session}/queue`;
    let over = false, timer = 0;
    const step = async (): Promise<void> => {
      let next = 5;
      try {
        const ticket = sessionStorage.getItem(store) ?? "";
        const r = await fetch(url, { method: ticket === "" ? "POST" : "GET", credentials: "same-origin", headers: { "X-Parterre": "1", ...(ticket === "" ? {} : { "X-Queue-Ticket": ticket }) } });
        if (r.status === 422) sessionStorage.removeItem(store);
        if (r.ok) {
          const now = (await r.json()) as Standing;
          next = now.poll;
          if (over) return;
          if (now.ticket !== undefined) sessionStorage.setItem(store, now.ticket);
          if (now.state === "draw" && now.commitment !== undefined) sessionStorage.setItem(`${store}.promised`, now.commitment);
          if (now.state === "open" || now.state === "admitted") {
            sessionStorage.removeItem(store);
            done.current(now.pass ?? null);
            return;
          }
          set(now);
          void checkPlace(now, sessionStorage.getItem(`${store}.promised`)).then(setGood);
        }
      } catch { /* no network just now: the place stays, ask again */ }
      if (!over) timer = window.setTimeout(() => void step(), next * 1000);
    };
    void step();
    return () => { over = true; window.clearTimeout(timer); };
  }, [props.session]);
  if (s === null) return null;
  const minutes = Math.floor((s.seconds ?? 0) / 60);
  return (
    <section className="card" aria-live="polite">
      <h1>{t.waiting}</h1>
      <p>{s.state === "draw" ? t.draw : t.keep}</p>
      <dl className="facts">
        {s.position !== undefined && <div><dt>{t.place}</dt><dd><b>{s.position}</b></dd></div>}
        {s.state === "waiting" && <div><dt>{t.ahead}</dt><dd>{s.ahead}</dd></div>}
        {s.state === "waiting" && <div><dt>{t.about}</dt><dd>{minutes < 1 ? t.seconds : minutes} {t.minutes}</dd></div>}
        {s.state === "draw" && s.opensAt !== undefined && <div><dt>{t.opens}</dt><dd>{new Date(s.opensAt).toLocaleString(lang === "zh" ? "zh-CN" : "en")}</dd></div>}
      </dl>
      {good !== null && <p>{good ? t.checked : t.wrong}</p>}
      {s.commitment !== undefined && <p className="quiet small">{t.code} <code>{s.commitment}</code></p>}
    </section>
  );
}
