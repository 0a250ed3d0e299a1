import { format, placeText, ProblemNote, shortcuts, showProblem, toast, useLanguage, useT } from "@parterre/ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { titleOf, useCountdown } from "../../shop/parts.tsx";
import type { Bundle } from "../../shop/packages/wire.ts";
import { draftOf, keepDraft } from "../desk.ts";
import { enough, fieldOf, Money, type Method } from "../money.tsx";
import { PersonFields } from "../person.tsx";
import { usePayCodes, useScan, type Scan, type ScanAnswer } from "../scan/scan.tsx";
import { useVisitors } from "../visitors.ts";
import { fen, post } from "../wire.ts";

export interface SoldPackage {
  readonly bundle: Bundle;
  readonly change: number;
  readonly method?: string;
}

/** People and money of a held package; the money is taken once for all sessions, by hand or by the customer's code. */
export function SaleForm(props: { b: Bundle; onSold: (s: SoldPackage) => void; onEnd: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { b } = props,
    at = `/counter/bundles/${b.id}`,
    [draft] = useState(() => draftOf(b.id, b.people)),
    [method, setMethod] = useState<Method>(b.state === "pending" && draft.placed === undefined ? "scan" : (draft.method as Method)),
    [taken, setTaken] = useState(draft.taken),
    [tried, setTried] = useState(false),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    // What is being made when the page comes has no time of its own.
    [endsAt, setEndsAt] = useState(() => Date.now() + (b.state === "placing" ? 120 : b.secondsLeft) * 1000),
    scanNow = useRef<Scan | null>(null);
  const left = useCountdown(endsAt, () => {
      if (scanNow.current?.open === true) return;
      toast("warning", text("counter.expired"));
      props.onEnd();
    }),
    told = error === null ? {} : showProblem(error, lang).fields,
    who = useVisitors(draft.people, () => fieldOf(method)),
    named = { people: who.sent, consent: true };
  const sold = (bundle: Bundle, how: string): void => {
    if (bundle.state === "confirmed") props.onSold({ bundle, method: how, change: how === "cash" ? (fen(taken) ?? 0) - b.amount : 0 });
    else {
      toast("warning", text("cp.other", { state: text(`shop.st.${bundle.state}`) }));
      props.onEnd();
    }
  };
  const scan = useScan({
    session: b.parts[0]!.session,
    at,
    placed: b.state === "pending",
    place: async () => (await post<Bundle>(`${at}/order`, named)).secondsLeft,
    onPlaced: (seconds) => setEndsAt(Date.now() + seconds * 1000),
    onPaid: (a: ScanAnswer & { readonly bundle: Bundle }) => sold(a.bundle, "scan"),
  });
  scanNow.current = scan;
  const mayScan = (): boolean => {
    setTried(true);
    return scan.placed || who.good;
  };
  usePayCodes({ expected: method === "scan" && (scan.placed || who.good), ready: mayScan, scan, onChoose: () => setMethod("scan") });
  useEffect(
    () => keepDraft(b.id, { people: who.people, method, taken, ...(scan.placed ? { placed: true } : {}) }),
    [who.people, method, taken, scan.placed],
  );
  const sell = async (): Promise<void> => {
    setTried(true);
    setError(null);
    if (busy || scan.open || !(scan.placed || who.good) || !enough(method, taken, b.amount)) return;
    if (method === "scan") {
      document.getElementById("pay-code")?.focus();
      return;
    }
    setBusy(true);
    try {
      const given = method === "cash" ? { taken: fen(taken) } : {};
      sold(await post<Bundle>(`${at}/sale`, { ...(scan.placed ? {} : named), method, ...given }), method);
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const drop = async (): Promise<void> => {
    setError(null);
    try {
      await post(`${at}/cancel`, {});
      props.onEnd();
    } catch (e) {
      setError(e);
    }
  };
  const latest = useRef({ sell, drop });
  latest.current = { sell, drop };
  useEffect(
    () =>
      shortcuts.add(
        { id: "sell", keys: "F9", label: "counter.k.sell", run: () => void latest.current.sell() },
        { id: "clear", keys: "F10", label: "counter.k.clear", run: () => void latest.current.drop() },
      ),
    [],
  );
  return (
    <form
      className="pack-sale"
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void sell();
      }}
    >
      <p className="row between">
        <span className={left < 60 ? "left soon" : "left"}>{text("counter.hold", { time: format.countdown(left) })}</span>
        <button type="button" className="button plain" onClick={() => void drop()}>
          {text("counter.release")} <kbd>F10</kbd>
        </button>
      </p>
      <h2>{text("cp.seats")}</h2>
      <ul className="pack-parts">
        {b.parts.map((p) => (
          <li key={p.session}>
            <span>
              {titleOf(p, lang)} · {format.dateTime(p.startsAt, lang, { zone: p.zone })}
              <small className="quiet">{p.places.map((x) => placeText(x, lang)).join(lang === "en" ? "; " : "、")}</small>
            </span>
            <b>{format.price(p.amount)}</b>
          </li>
        ))}
      </ul>
      {error !== null && <ProblemNote error={error} />}
      {scan.placed && <p className="quiet small">{text("c.placed")}</p>}
      {b.state !== "pending" && b.people > 0 && (
        <div className="pack-people" inert={scan.placed}>
          {who.people.map((p, i) => (
            <fieldset key={i}>
              <legend>{text("cp.person", { n: i + 1 })}</legend>
              <PersonFields
                nth={i}
                person={p}
                tried={tried}
                told={[told[`people[${i}].name`], told[`people[${i}].number`]]}
                onPut={(part) => who.put(i, part)}
                onTyped={(raw) => who.typed(raw, i)}
              />
            </fieldset>
          ))}
        </div>
      )}
      <Money
        due={b.amount}
        method={method}
        onMethod={setMethod}
        taken={taken}
        onTaken={setTaken}
        scan={scan}
        mayScan={mayScan}
        tried={tried}
        busy={busy}
      />
    </form>
  );
}
