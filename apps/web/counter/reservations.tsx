import { uuidv7 } from "@parterre/api";
import { addMessages, EmptyState, ErrorState, format, Loading, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { useEffect, useState, type ReactNode } from "react";
import { en, zh } from "../manage/offers/reserve/messages.ts";
import type { Reservation, ReservePolicy } from "../manage/offers/wire.ts";
import { titleOf, useLoad } from "../shop/parts.tsx";
import { cleanNumber, KINDS, nameFault, NOBODY, numberFault, type Person } from "../shop/people.ts";
import type { SaleHold, ShopDetail } from "../shop/wire.ts";
import { fen, get, post, readCard, type Sold } from "./wire.ts";

addMessages({ zh, en });

/** Venue wall-clock, as <input type=datetime-local> has it. */
const wall = (at: string): string => new Date(new Date(at).getTime() + 8 * 3_600_000).toISOString().slice(0, 16);

/** Turns the seats that are held into a reservation: a button, and the form that it opens. */
export function ReserveButton(props: { session: string; hold: SaleHold; onDone: (r: Reservation) => void }): ReactNode {
  const text = useT(),
    [open, setOpen] = useState(false);
  if (!open)
    return (
      <button type="button" className="button" onClick={() => setOpen(true)}>
        {text("r.make")}
      </button>
    );
  return <ReserveForm {...props} onClose={() => setOpen(false)} />;
}

function ReserveForm(props: { session: string; hold: SaleHold; onDone: (r: Reservation) => void; onClose: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    policy = useLoad(props.session, () => get<ReservePolicy>(`/reserve-policy?session=${props.session}`)),
    [id] = useState(uuidv7);
  const [name, setName] = useState(""),
    [phone, setPhone] = useState(""),
    [note, setNote] = useState(""),
    [until, setUntil] = useState(""),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (until === "" && policy.data?.latest !== undefined) setUntil(wall(policy.data.latest));
  }, [policy.data]);
  const go = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const r = await post<Reservation>(
        "/reservations",
        {
          id,
          session: props.session,
          hold: props.hold.hold,
          name: name.trim(),
          phone: phone.trim(),
          note: note.trim(),
          until: `${until}:00+08:00`,
        },
        id,
      );
      toast("success", text("r.made", { n: r.number }));
      props.onDone(r);
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div
      className="reserve"
      role="group"
      aria-label={text("r.make-title")}
      onKeyDown={(e) => {
        if (e.key === "Enter" && (e.target as HTMLElement).tagName === "INPUT") {
          e.preventDefault();
          if (name.trim() !== "" && until !== "") void go();
        }
        if (e.key === "Escape") props.onClose();
      }}
    >
      <h3>{text("r.make-title")}</h3>
      {error !== null && <ProblemNote error={error} />}
      <label>
        {text("r.name")}
        <input autoFocus autoComplete="off" maxLength={60} value={name} onChange={(e) => setName(e.currentTarget.value)} />
      </label>
      <label>
        {text("r.phone")}
        <input inputMode="tel" autoComplete="off" maxLength={20} value={phone} onChange={(e) => setPhone(e.currentTarget.value)} />
      </label>
      <label>
        {text("r.until")}
        <input
          type="datetime-local"
          value={until}
          {...(policy.data?.latest === undefined ? {} : { max: wall(policy.data.latest) })}
          onChange={(e) => setUntil(e.currentTarget.value)}
        />
      </label>
      {policy.data?.latest !== undefined && (
        <small className="quiet">{text("r.latest", { time: format.dateTime(policy.data.latest, lang) })}</small>
      )}
      <label>
        {text("r.note")}
        <input autoComplete="off" maxLength={200} value={note} onChange={(e) => setNote(e.currentTarget.value)} />
      </label>
      <div className="row">
        <button type="button" className="button" onClick={props.onClose}>
          {text("action.cancel")}
        </button>
        <button type="button" className="button main" disabled={busy || name.trim() === "" || until === ""} onClick={() => void go()}>
          {busy && <span className="busy" />}
          {text("r.make-go")}
        </button>
      </div>
    </div>
  );
}

/** The reservations that are held: found by number, name or phone, then sold or released. */
export function ReservationsPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    list = useLoad("held", () => get<{ items: readonly Reservation[] }>("/reservations?state=held&size=200")),
    [find, setFind] = useState(""),
    [open, setOpen] = useState<Reservation | null>(null);
  if (list.error !== null && list.data === null) return <ErrorState error={list.error} onRetry={list.again} />;
  if (list.data === null)
    return (
      <div className="pad">
        <Loading lines={6} />
      </div>
    );
  const word = find.trim().toLowerCase(),
    rows = list.data.items.filter((r) => word === "" || `${r.number} ${r.name} ${r.phone}`.toLowerCase().includes(word));
  return (
    <div className="pad reservations">
      <div className="row between">
        <h1>{text("r.list")}</h1>
        <button type="button" className="button" onClick={list.again}>
          {text("r.reload")}
        </button>
      </div>
      <input
        type="search"
        aria-label={text("r.find")}
        placeholder={text("r.find")}
        value={find}
        onChange={(e) => setFind(e.currentTarget.value)}
      />
      {open !== null && (
        <Sell
          key={open.id}
          r={open}
          onDone={() => {
            setOpen(null);
            list.again();
          }}
          onClose={() => setOpen(null)}
        />
      )}
      {rows.length === 0 ? (
        <EmptyState title={text("r.none")}>{text("r.none-lead")}</EmptyState>
      ) : (
        <ul className="lines">
          {rows.map((r) => (
            <li key={r.id}>
              <span>
                <b className="mono">{r.number}</b> {r.name} <small className="quiet">{r.phone}</small>
                <br />
                <small>
                  {titleOf(r, lang)} · {format.dateTime(r.startsAt, lang)} · {r.places.map((p) => p.text).join("、")}
                </small>
                <br />
                <small className="quiet">
                  {text("r.until")} {format.dateTime(r.releaseAt, lang)}
                </small>
              </span>
              <b>{format.price(r.amount)}</b>
              <button type="button" className="button" onClick={() => setOpen(r)}>
                {text("r.sell")}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Sell(props: { r: Reservation; onDone: () => void; onClose: () => void }): ReactNode {
  const text = useT(),
    { r } = props,
    [order] = useState(uuidv7),
    session = useLoad(r.session, () => get<ShopDetail>(`/shop/sessions/${r.session}`));
  const [people, setPeople] = useState<readonly Person[]>(() => r.places.map(() => NOBODY)),
    [method, setMethod] = useState<"cash" | "wechat" | "alipay" | "card">("cash"),
    [taken, setTaken] = useState(""),
    [reason, setReason] = useState(""),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    [tried, setTried] = useState(false);
  const real = session.data?.rules.realName,
    wanted = r.named || real === undefined ? 0 : real.perTicket ? r.places.length : real.perOrder ? 1 : 0,
    now = new Date(),
    given = fen(taken);
  const ready =
    session.data !== null &&
    people.slice(0, wanted).every((p) => nameFault(p.name) === null && numberFault(p.kind, p.number, now) === null) &&
    (method !== "cash" || (given !== null && given >= r.amount));
  const put = (i: number, part: Partial<Person>): void => setPeople((all) => all.map((p, j) => (j === i ? { ...p, ...part } : p)));
  const run = async (work: () => Promise<string>): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      toast("success", await work());
      props.onDone();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const sell = (): void => {
    setTried(true);
    if (!ready || busy) return;
    void run(async () => {
      const sold = await post<Sold>(
        `/reservations/${r.id}/sales`,
        {
          id: order,
          consent: true,
          method,
          ...(method === "cash" ? { taken: given } : {}),
          ...(wanted === 0
            ? {}
            : { people: people.slice(0, wanted).map((p) => ({ name: p.name.trim(), kind: p.kind, number: cleanNumber(p.number) })) }),
        },
        order,
      );
      if (sold.order.pdf !== undefined) window.open(`${sold.order.pdf}?medium=stock`, "_blank", "noreferrer");
      return text("r.sold", { n: sold.order.number });
    });
  };
  return (
    <section className="card" aria-label={text("r.sell-title", { n: r.number })}>
      <div className="row between">
        <h2>{text("r.sell-title", { n: r.number })}</h2>
        <button type="button" className="button plain icon" aria-label={text("action.close")} onClick={props.onClose}>
          ×
        </button>
      </div>
      {error !== null && <ProblemNote error={error} />}
      {wanted > 0 && <p className="quiet">{text("r.need-people")}</p>}
      {Array.from({ length: wanted }, (_, i) => (
        <div key={i} className="who">
          <select
            aria-label={`${text("counter.kind")} ${i + 1}`}
            value={people[i]!.kind}
            onChange={(e) => put(i, { kind: e.currentTarget.value })}
          >
            {KINDS.map((k) => (
              <option key={k} value={k}>
                {text(`shop.doc.${k}`)}
              </option>
            ))}
          </select>
          <input
            aria-label={`${text("counter.number")} ${i + 1}`}
            placeholder={text("counter.number")}
            autoComplete="off"
            value={people[i]!.number}
            aria-invalid={tried && numberFault(people[i]!.kind, people[i]!.number, now) !== null}
            onChange={(e) => {
              const v = e.currentTarget.value,
                card = readCard(v);
              put(
                i,
                card === null
                  ? { number: v.toUpperCase() }
                  : { number: card.number, kind: "1", ...(card.name === null ? {} : { name: card.name }) },
              );
            }}
          />
          <input
            aria-label={`${text("counter.name")} ${i + 1}`}
            placeholder={text("counter.name")}
            autoComplete="off"
            value={people[i]!.name}
            aria-invalid={tried && nameFault(people[i]!.name) !== null}
            onChange={(e) => put(i, { name: e.currentTarget.value })}
          />
        </div>
      ))}
      <div className="seg" role="group" aria-label={text("counter.method")}>
        {(["cash", "wechat", "alipay", "card"] as const).map((m) => (
          <button key={m} type="button" aria-pressed={method === m} onClick={() => setMethod(m)}>
            {text(`counter.m.${m}`)}
          </button>
        ))}
      </div>
      <p className="due">
        <span>{text("counter.total")}</span>
        <b>{format.price(r.amount)}</b>
      </p>
      {method === "cash" && (
        <div className="cash">
          <label htmlFor="r-taken">{text("counter.taken")}</label>
          <input
            id="r-taken"
            inputMode="decimal"
            autoComplete="off"
            value={taken}
            aria-invalid={tried && (given === null || given < r.amount)}
            onChange={(e) => setTaken(e.currentTarget.value)}
          />
          <button type="button" className="button" onClick={() => setTaken(String(r.amount / 100))}>
            {text("counter.exact")}
          </button>
        </div>
      )}
      <button type="button" className="button main block" disabled={busy} onClick={sell}>
        {busy && <span className="busy" />}
        {text("r.sell")}
      </button>
      <div className="row">
        <input
          aria-label={text("r.reason")}
          placeholder={text("r.reason")}
          maxLength={200}
          value={reason}
          onChange={(e) => setReason(e.currentTarget.value)}
        />
        <button
          type="button"
          className="button"
          disabled={busy || reason.trim() === ""}
          onClick={() =>
            void run(async () => {
              await post(`/reservations/${r.id}/release`, { reason: reason.trim() });
              return text("r.released");
            })
          }
        >
          {text("r.release")}
        </button>
      </div>
    </section>
  );
}
