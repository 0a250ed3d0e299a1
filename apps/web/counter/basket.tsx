import { ApiProblem } from "@parterre/api";
import { format, placeText, ProblemNote, shortcuts, showProblem, toast, useLanguage, useT } from "@parterre/ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useCountdown } from "../shop/parts.tsx";
import { KindPicker } from "../shop/kinds.tsx";
import { PriceBox, type Priced, type PriceQuote } from "../shop/offers/price.tsx";
import type { SaleHold, ShopDetail } from "../shop/wire.ts";
import { Done } from "./done.tsx";
import { PersonFields } from "./person.tsx";
import { ReserveButton } from "./reservations.tsx";
import { draftOf, forget, keepDraft, park, sold as remember, type Held } from "./desk.ts";
import { enough, fieldOf, Money, type Method } from "./money.tsx";
import { usePayCodes, useScan, type Scan, type ScanAnswer } from "./scan/scan.tsx";
import { useVisitors } from "./visitors.ts";
import { fen, post, type Sold } from "./wire.ts";
import "../shop/messages.ts";

export type { Held };
interface Picked {
  readonly rank: number;
  readonly text: string;
  readonly price: number;
}

export function Basket(props: {
  s: ShopDetail;
  held: Held | null;
  picked: readonly Picked[];
  error: unknown;
  busy: boolean;
  onTake: () => void;
  onUnpick: (rank: number) => void;
  onHold: (h: SaleHold) => void;
  onDrop: (giveBack: boolean) => void;
}): ReactNode {
  const text = useT(),
    { held, picked } = props,
    [sold, setSold] = useState<Sold | null>(null);
  useEffect(() => {
    if (held !== null || picked.length > 0) setSold(null);
  }, [held, picked.length]);
  return (
    <section className="basket" aria-label={text("counter.basket")}>
      {props.error !== null && <ProblemNote error={props.error} />}
      {held !== null ? (
        <Sale
          key={held.hold.hold}
          s={props.s}
          held={held}
          onHold={props.onHold}
          onDrop={props.onDrop}
          onSold={(x) => {
            setSold(x);
            remember(x.order.id);
            forget(held.hold.hold);
            props.onDrop(false);
          }}
        />
      ) : sold !== null ? (
        <Done sold={sold} onNext={() => setSold(null)} />
      ) : (
        <>
          <h2>{text("counter.basket")}</h2>
          {picked.length === 0 ? (
            <p className="quiet">{text("counter.empty")}</p>
          ) : (
            <ul className="lines">
              {picked.map((p) => (
                <li key={p.rank}>
                  <span>{p.text}</span>
                  <b>{format.price(p.price)}</b>
                  <button
                    type="button"
                    className="button plain icon"
                    aria-label={text("shop.drop", { seat: p.text })}
                    onClick={() => props.onUnpick(p.rank)}
                  >
                    ×
                  </button>
                </li>
              ))}
            </ul>
          )}
          <div className="foot">
            <p className="due">
              <span>{text("counter.total")}</span>
              <b>{format.price(picked.reduce((n, p) => n + p.price, 0))}</b>
            </p>
            <button type="button" className="button main block" disabled={picked.length === 0 || props.busy} onClick={props.onTake}>
              {text("counter.take")}
            </button>
          </div>
        </>
      )}
    </section>
  );
}

function Sale(props: {
  s: ShopDetail;
  held: Held;
  onHold: (h: SaleHold) => void;
  onDrop: (giveBack: boolean) => void;
  onSold: (sold: Sold) => void;
}): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { s, held } = props,
    { hold } = held,
    real = s.rules.realName,
    wanted = real.perTicket ? hold.places.length : real.perOrder ? 1 : 0;
  const [draft] = useState(() => draftOf(hold.hold, wanted)),
    [method, setMethod] = useState<Method>(draft.method as Method),
    [taken, setTaken] = useState(draft.taken),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    [tried, setTried] = useState(false),
    [price, setPrice] = useState<Priced | null>(null);
  const scanNow = useRef<Scan | null>(null),
    due = price?.due ?? hold.amount,
    left = useCountdown(held.endsAt, () => {
      if (scanNow.current?.open !== true) {
        toast("warning", text("counter.expired"));
        props.onDrop(false);
      }
    }),
    who = useVisitors(draft.people, () => fieldOf(method)),
    given = fen(taken),
    told = error === null ? {} : showProblem(error, lang).fields,
    // Discounts by age or document are known once everybody is.
    known = wanted > 0 && who.good;
  const body = (): object => ({
    id: held.order,
    session: s.id,
    hold: hold.hold,
    people: who.sent,
    consent: true,
    ...(price === null ? {} : { due: price.due, codes: price.codes }),
  });
  const scan = useScan({
    session: s.id,
    at: `/counter/orders/${held.order}`,
    placed: draft.placed === true,
    place: async () => (await post<{ secondsLeft: number }>("/counter/orders", body(), held.order)).secondsLeft,
    onPlaced: (secondsLeft) => props.onHold({ ...hold, secondsLeft }),
    onPaid: (a: ScanAnswer & { readonly order: Sold["order"] }) => props.onSold({ order: a.order, change: 0, method: "scan" }),
  });
  scanNow.current = scan;
  const mayScan = (): boolean => {
    setTried(true);
    return who.good;
  };
  usePayCodes({ expected: method === "scan" && who.good, ready: mayScan, scan, onChoose: () => setMethod("scan") });
  useEffect(
    () => keepDraft(hold.hold, { people: who.people, method, taken, ...(scan.placed ? { placed: true } : {}) }),
    [who.people, method, taken, scan.placed],
  );
  const giveUp = async (): Promise<void> => {
    if (!scan.placed) {
      props.onDrop(true);
      return;
    }
    if (await scan.giveUp()) props.onDrop(false);
  };
  const leave = useRef(giveUp);
  leave.current = giveUp;
  useEffect(() => shortcuts.add({ id: "clear", keys: "F10", label: "counter.k.clear", run: () => void leave.current() }), []);
  const sell = async (): Promise<void> => {
    setTried(true);
    setError(null);
    if (!who.good || !enough(method, taken, due) || busy || scan.open) return;
    if (method === "scan") {
      document.getElementById("pay-code")?.focus();
      return;
    }
    setBusy(true);
    try {
      const done = scan.placed
        ? await post<Sold>(`/counter/orders/${held.order}/pay`, { method, ...(method === "cash" ? { taken: given } : {}) })
        : await post<Sold>("/counter/sales", { ...body(), method, ...(method === "cash" ? { taken: given } : {}) }, held.order);
      props.onSold({ ...done, method, ...(method === "cash" && given !== null ? { taken: given } : {}) });
    } catch (e) {
      setError(e);
      if (e instanceof ApiProblem && e.status === 410) {
        toast("warning", text("counter.expired"));
        props.onDrop(false);
      }
    } finally {
      setBusy(false);
    }
  };
  const latest = useRef(sell);
  latest.current = sell;
  useEffect(() => shortcuts.add({ id: "sell", keys: "F9", label: "counter.k.sell", run: () => void latest.current() }), []);
  return (
    <form
      className="sale"
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void sell();
      }}
    >
      <div className="row between">
        <h2>{text("counter.basket")}</h2>
        <span className={left < 60 ? "left soon" : "left"}>{text("counter.hold", { time: format.countdown(left) })}</span>
        <span className="row">
          <button type="button" className="button" onClick={park}>
            {text("d.park")} <kbd>F6</kbd>
          </button>
          <button type="button" className="button plain" onClick={() => void giveUp()}>
            {text("counter.release")} <kbd>F10</kbd>
          </button>
        </span>
      </div>
      {(hold.why?.reasons.length ?? 0) > 0 && (
        <p className="why quiet">
          <b>{text("d.why")}</b> {hold.why!.reasons.map((r) => text(`d.why.${r}`)).join(" · ")}
        </p>
      )}
      {error !== null && <ProblemNote error={error} />}
      {scan.placed && <p className="quiet small">{text("c.placed")}</p>}
      <div className="scroll" inert={scan.placed}>
        <KindPicker at="counter" hold={hold} onHold={props.onHold} />
        {hold.places.map((p, i) => (
          <fieldset key={p.seat}>
            <legend>
              <span>{placeText(p, lang)}</span>
              <b>{format.price(p.price)}</b>
            </legend>
            {p.note !== "" && <p className="warn">{p.note}</p>}
            {i < wanted && (
              <PersonFields
                nth={i}
                person={who.people[i]!}
                tried={tried}
                told={[told[`people[${i}].name`], told[`people[${i}].number`]]}
                onPut={(part) => who.put(i, part)}
                onTyped={(raw) => who.typed(raw, i)}
              />
            )}
          </fieldset>
        ))}
        <PriceBox
          of={`${hold.hold} ${hold.amount} ${hold.places.map((p) => p.kind ?? "").join(" ")} ${known ? who.people.map((p) => p.number).join(" ") : ""}`}
          amount={hold.amount}
          onPrice={setPrice}
          ask={(codes) =>
            post<PriceQuote>("/counter/prices", { session: s.id, hold: hold.hold, codes, ...(known ? { people: who.sent } : {}) })
          }
        />
      </div>
      <div className="foot">
        <Money
          due={due}
          method={method}
          onMethod={setMethod}
          taken={taken}
          onTaken={setTaken}
          scan={scan}
          mayScan={mayScan}
          tried={tried}
          busy={busy}
        />
        {!scan.placed && <ReserveButton session={s.id} hold={hold} onDone={() => props.onDrop(false)} />}
      </div>
    </form>
  );
}
