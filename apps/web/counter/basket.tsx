import { ApiProblem } from "@parterre/api";
import { format, ProblemNote, shortcuts, showProblem, toast, useLanguage, useT } from "@parterre/ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useCountdown } from "../shop/parts.tsx";
import { cleanNumber, isUnder14, nameFault, numberFault, type Person } from "../shop/people.ts";
import { KindPicker } from "../shop/kinds.tsx";
import { PriceBox, type Priced, type PriceQuote } from "../shop/offers/price.tsx";
import { WhyPrice } from "../shop/why/why.tsx";
import type { SaleHold, ShopDetail } from "../shop/wire.ts";
import { Cash } from "./cash.tsx";
import { Done } from "./done.tsx";
import { PersonFields } from "./person.tsx";
import { ReserveButton } from "./reservations.tsx";
import { draftOf, forget, keepDraft, park, sold as remember, type Held } from "./desk.ts";
import { onCard } from "./devices/hub.ts";
import type { Card } from "./devices/frames.ts";
import { ScanPane, usePayCodes, useScan, type Scan } from "./scan/scan.tsx";
import { fen, post, readCard, type Sold } from "./wire.ts";
import "../shop/messages.ts";

export type { Held };
interface Picked {
  readonly rank: number;
  readonly text: string;
  readonly price: number;
}
const METHODS = ["cash", "scan", "wechat", "alipay", "card"] as const;

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
    [people, setPeople] = useState<readonly Person[]>(draft.people),
    [method, setMethod] = useState<(typeof METHODS)[number]>(draft.method as (typeof METHODS)[number]),
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
    now = new Date(),
    given = fen(taken),
    change = (given ?? 0) - due,
    told = error === null ? {} : showProblem(error, lang).fields;
  const put = (i: number, part: Partial<Person>): void => setPeople((all) => all.map((p, j) => (j === i ? { ...p, ...part } : p)));
  const faults = people
    .flatMap((p) => [
      nameFault(p.name),
      numberFault(p.kind, p.number, now),
      isUnder14(p, now) && !p.guardian ? { key: "shop.bad.guardian" } : null,
    ])
    .filter((f) => f !== null);
  // Discounts by age or document are known once everybody is.
  const sent = people.map((p) => ({
      name: p.name.trim(),
      kind: p.kind,
      number: cleanNumber(p.number),
      ...(p.guardian ? { guardian: true } : {}),
    })),
    known = wanted > 0 && faults.length === 0;
  const ready = faults.length === 0 && (method !== "cash" || (given !== null && change >= 0));
  const body = (): object => ({
    id: held.order,
    session: s.id,
    hold: hold.hold,
    people: sent,
    consent: true,
    ...(price === null ? {} : { due: price.due, codes: price.codes }),
  });
  const scan = useScan({
    session: s.id,
    order: held.order,
    placed: draft.placed === true,
    body,
    onPlaced: (secondsLeft) => props.onHold({ ...hold, secondsLeft }),
    onSold: props.onSold,
  });
  scanNow.current = scan;
  const mayScan = (): boolean => {
    setTried(true);
    return faults.length === 0;
  };
  usePayCodes({ expected: method === "scan" && faults.length === 0, ready: mayScan, scan, onChoose: () => setMethod("scan") });
  useEffect(
    () => keepDraft(hold.hold, { people, method, taken, ...(scan.placed ? { placed: true } : {}) }),
    [people, method, taken, scan.placed],
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
  // A card laid on the reader types into the field that has the focus; the focus goes on to the next person.
  const card = (raw: string, at: number): boolean => {
    const read = readCard(raw);
    if (read === null) return false;
    put(at, { number: read.number, kind: "1", ...(read.name === null ? {} : { name: read.name }) });
    document.getElementById(read.name === null ? `n-${at}` : at + 1 < wanted ? `d-${at + 1}` : "taken")?.focus();
    return true;
  };
  // A card from a reader goes to the person whose field has the focus if that one is empty, else to the first without a document.
  const laid = (read: Card): void => {
    if (people.some((p) => cleanNumber(p.number) === read.number)) {
      toast("warning", text("d.card-twice"));
      return;
    }
    const focused = /^[dn]-(\d+)$/.exec(document.activeElement?.id ?? ""),
      here = focused === null ? -1 : Number(focused[1]);
    const at = here >= 0 && people[here]?.number === "" ? here : people.findIndex((p) => p.number === "");
    if (at < 0) {
      toast("warning", text("d.card-full"));
      return;
    }
    const today = new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" }).replaceAll("-", "");
    if (/^\d{8}$/.test(read.until) && read.until < today) toast("warning", text("d.card-expired"));
    put(at, { number: read.number, kind: read.kind, ...(read.name === "" ? {} : { name: read.name.replace(/,/g, " ") }) });
    const next = people.findIndex((p, i) => i > at && p.number === "");
    document
      .getElementById(
        read.name === "" ? `n-${at}` : next >= 0 ? `d-${next}` : method === "cash" ? "taken" : method === "scan" ? "pay-code" : "sell",
      )
      ?.focus();
  };
  const taker = useRef(laid);
  taker.current = laid;
  useEffect(() => onCard((c) => taker.current(c)), []);
  const sell = async (): Promise<void> => {
    setTried(true);
    setError(null);
    if (!ready || busy || scan.open) return;
    if (method === "scan") {
      document.getElementById("pay-code")?.focus();
      return;
    }
    setBusy(true);
    try {
      const done = scan.placed
        ? await scan.byHand(method, given)
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
        <p className="seatwhy quiet">
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
              <span>{p.text}</span>
              <WhyPrice session={s.id} zone={p.zone} timeZone={s.zone} channel="counter" kind={p.kind}>
                {format.price(p.price)}
              </WhyPrice>
            </legend>
            {p.note !== "" && <p className="warn">{p.note}</p>}
            {i < wanted && (
              <PersonFields
                nth={i}
                person={people[i]!}
                tried={tried}
                told={[told[`people[${i}].name`], told[`people[${i}].number`]]}
                onPut={(part) => put(i, part)}
                onTyped={(v) => card(v, i)}
              />
            )}
          </fieldset>
        ))}
        <PriceBox
          of={`${hold.hold} ${hold.amount} ${hold.places.map((p) => p.kind ?? "").join(" ")} ${known ? sent.map((p) => p.number).join(" ") : ""}`}
          amount={hold.amount}
          onPrice={setPrice}
          ask={(codes) =>
            post<PriceQuote>("/counter/prices", { session: s.id, hold: hold.hold, codes, ...(known ? { people: sent } : {}) })
          }
        />
      </div>
      <div className="foot">
        <div className="seg" role="group" aria-label={text("counter.method")}>
          {METHODS.filter((m) => m !== "scan" || scan.ways.length > 0 || scan.placed).map((m) => (
            <button
              key={m}
              type="button"
              aria-pressed={method === m}
              disabled={scan.open}
              onClick={() => {
                setMethod(m);
                if (m === "scan") requestAnimationFrame(() => document.getElementById("pay-code")?.focus());
              }}
            >
              {text(`counter.m.${m}`)}
            </button>
          ))}
        </div>
        <p className="due">
          <span>{text("counter.total")}</span>
          <b>{format.price(due)}</b>
        </p>
        {method === "cash" && <Cash due={due} taken={taken} given={given} tried={tried} onTaken={setTaken} />}
        {method === "scan" && <ScanPane scan={scan} ready={mayScan} />}
        {method !== "scan" && (
          <button id="sell" className="button main block" disabled={busy}>
            {busy && <span className="busy" />}
            {text(busy ? "counter.selling" : "counter.sell-go")} <kbd>F9</kbd>
          </button>
        )}
        {!scan.placed && <ReserveButton session={s.id} hold={hold} onDone={() => props.onDrop(false)} />}
      </div>
    </form>
  );
}
