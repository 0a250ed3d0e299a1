import { send, uuidv7 } from "@parterre/api";
import {
  addMessages,
  ErrorState,
  format,
  language,
  Link,
  Loading,
  navigate,
  placeText,
  ProblemNote,
  toast,
  useLanguage,
  useT,
} from "@parterre/ui";
import { useEffect, useState, type ReactNode } from "react";
import { isPublic } from "../event.tsx";
import { Timer, titleOf, useLoad } from "../parts.tsx";
import { buyerGet, buyerPost, get, keepHold, type SaleHold, type ShopDetail } from "../wire.ts";
import { Beforehand, fillIn } from "./beforehand.tsx";
import { en, zh } from "./messages.ts";

addMessages({ zh, en });

interface Entry {
  readonly id: string;
  readonly places: number;
  readonly zones: readonly number[];
  readonly state: "waiting" | "offered" | "bought" | "left" | "lapsed" | "closed";
  readonly ahead: number;
  readonly offer?: SaleHold & { readonly state: "open" | "bought" | "lapsed"; readonly order?: string };
}
interface WaitList {
  readonly open: boolean;
  readonly active: boolean;
  readonly offerList: boolean;
  readonly publicRest: boolean;
  readonly claimMinutes: number;
  readonly waiting: number;
  readonly collected: number;
  readonly next?: string;
  readonly finalAt: string;
  readonly mine?: Entry;
}

export function WaitListPage(props: { id: string }): ReactNode {
  const text = useT(),
    lang = useLanguage();
  const page = useLoad(props.id, async () => {
    const [s, list, own] = await Promise.all([
      get<ShopDetail>(`/shop/sessions/${props.id}`),
      buyerGet<WaitList>(`/shop/sessions/${props.id}/waitlist`),
      buyerGet<{ items: readonly (Entry & { session: string })[] }>("/shop/waitlist"),
    ]);
    return { s, list, last: own.items.find((e) => e.session === props.id) };
  });
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") page.again();
    }, 15_000);
    return () => clearInterval(timer);
  }, []);
  if (page.error !== null && page.data === null) return <ErrorState error={page.error} onRetry={page.again} />;
  if (page.data === null) return <Loading lines={8} />;
  const { s, list, last } = page.data,
    mine = list.mine ?? null,
    keep = list.claimMinutes % 60 === 0 ? text("wl.hours", { n: list.claimMinutes / 60 }) : text("wl.min", { n: list.claimMinutes }),
    when = (at: string): string => format.dateTime(at, lang, { zone: s.zone });
  return (
    <article className="event waitlist">
      <header className="hero">
        <div>
          <h1>{text("wl.title")}</h1>
          <p>
            {titleOf(s, lang)} · {when(s.startsAt)}
          </p>
        </div>
      </header>
      {!list.active ? (
        <div className="note info">
          <div className="body">
            <p>{text("wl.closed")}</p>
            <Link to={`/sessions/${props.id}`}>{text("shop.about")}</Link>
          </div>
        </div>
      ) : (
        <>
          <p>
            {text(list.offerList ? "wl.how-list" : "wl.how-public", list.offerList ? { time: keep } : {})}
            {list.offerList && list.publicRest && ` ${text("wl.how-rest")}`}
          </p>
          <dl className="facts">
            <div>
              <dt>{text("wl.next")}</dt>
              <dd>{list.next === undefined ? text("wl.no-next") : when(list.next)}</dd>
            </div>
            <div>
              <dt>{text("wl.final")}</dt>
              <dd>{when(list.finalAt)}</dd>
            </div>
            <div>
              <dt>{text("wl.waiting")}</dt>
              <dd>{format.count(list.waiting)}</dd>
            </div>
            <div>
              <dt>{text("wl.collected")}</dt>
              <dd>{text("wl.n-places", { n: list.collected })}</dd>
            </div>
          </dl>
        </>
      )}
      {mine !== null ? (
        <Mine s={s} e={mine} again={page.again} />
      ) : (
        <>
          {last?.state === "lapsed" && (
            <div className="note warning">
              <div className="body">{text("wl.lapsed")}</div>
            </div>
          )}
          {last?.state === "bought" && last.offer?.order !== undefined && (
            <p>
              <Link to={`/orders/${last.offer.order}`}>{text("wl.order")}</Link>
            </p>
          )}
          {list.open && <Join s={s} again={page.again} />}
        </>
      )}
    </article>
  );
}

function Mine(props: { s: ShopDetail; e: Entry; again: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { s, e } = props,
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    offer = e.state === "offered" && e.offer?.state === "open" ? e.offer : null,
    real = s.rules.realName,
    wanted = real.perTicket ? e.places : real.perOrder ? 1 : 0;
  const leave = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await send(`/api/v1/shop/waitlist/${e.id}`, { method: "DELETE", key: uuidv7(), language: language() });
      toast("success", text("wl.left"));
      props.again();
    } catch (x) {
      setError(x);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card paying" aria-labelledby="mine">
      <h2 id="mine">{offer === null ? text("wl.mine") : text("wl.offer", { n: offer.places.length })}</h2>
      {error !== null && <ProblemNote error={error} />}
      {offer !== null ? (
        <>
          <Timer key={offer.hold} endsAt={Date.now() + offer.secondsLeft * 1000} onEnd={props.again} />
          <ul className="chosen">
            {offer.places.map((p) => (
              <li key={p.seat}>
                <span>{placeText(p, lang)}</span>
                <b>{format.price(p.price)}</b>
              </li>
            ))}
          </ul>
          <p className="due">
            <span>{text("wl.sum")}</span>
            <b>{format.price(offer.amount)}</b>
          </p>
          {offer.order !== undefined ? (
            <Link to={`/orders/${offer.order}`} className="button main block">
              {text("wl.order")}
            </Link>
          ) : (
            <>
              <button
                type="button"
                className="button main block"
                onClick={() => {
                  keepHold(s.id, offer);
                  fillIn(s.id);
                  navigate(`/sessions/${s.id}/people`);
                }}
              >
                {text("wl.claim")}
              </button>
              <button type="button" className="button plain block" disabled={busy} onClick={() => void leave()}>
                {text("wl.decline")}
              </button>
            </>
          )}
        </>
      ) : (
        <>
          <p>
            <b>{e.ahead === 0 ? text("wl.first") : text("wl.ahead", { n: e.ahead })}</b>
          </p>
          <p className="quiet">
            {text("wl.n-places", { n: e.places })} ·{" "}
            {e.zones.length === 0
              ? text("wl.any-zone")
              : s.zones
                  .filter((z) => e.zones.includes(z.no))
                  .map((z) => z.name)
                  .join(" / ")}
          </p>
          {wanted > 0 && <Beforehand session={s.id} wanted={wanted} perTicket={real.perTicket} />}
          <button type="button" className="button" disabled={busy} onClick={() => void leave()}>
            {text("wl.leave")}
          </button>
        </>
      )}
    </section>
  );
}

function Join(props: { s: ShopDetail; again: () => void }): ReactNode {
  const text = useT(),
    { s } = props,
    zones = s.zones.filter(isPublic),
    [id] = useState(uuidv7),
    [places, setPlaces] = useState(1),
    [picked, setPicked] = useState<ReadonlySet<number>>(() => new Set(zones.filter((z) => z.free === 0).map((z) => z.no))),
    [max, setMax] = useState(""),
    [together, setTogether] = useState(false),
    [phone, setPhone] = useState(""),
    [notify, setNotify] = useState(false),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null);
  const most = /^\d{0,6}$/.test(max.trim()) ? Number(max.trim() || "0") * 100 : null;
  const join = async (): Promise<void> => {
    if (most === null || busy) return;
    setBusy(true);
    setError(null);
    try {
      await buyerPost(
        `/shop/sessions/${s.id}/waitlist`,
        {
          id,
          places,
          zones: [...picked],
          together,
          ...(most > 0 ? { maxPrice: most } : {}),
          ...(phone.trim() === "" ? {} : { phone: phone.trim(), ...(notify ? { notify } : {}) }),
        },
        id,
      );
      toast("success", text("wl.joined"));
      props.again();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="card join"
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void join();
      }}
    >
      {error !== null && <ProblemNote error={error} />}
      <label className="field">
        <span>{text("wl.places")}</span>
        <select value={places} onChange={(e) => setPlaces(Number(e.currentTarget.value))}>
          {Array.from({ length: s.rules.maxTickets }, (_, i) => (
            <option key={i + 1} value={i + 1}>
              {i + 1}
            </option>
          ))}
        </select>
      </label>
      <fieldset>
        <legend>{text("wl.zones")}</legend>
        {zones.map((z) => (
          <label key={z.no} className="check">
            <input
              type="checkbox"
              checked={picked.has(z.no)}
              onChange={(e) => {
                const next = new Set(picked);
                if (e.currentTarget.checked) next.add(z.no);
                else next.delete(z.no);
                setPicked(next);
              }}
            />
            {z.name} {format.price(z.price)}
            {z.free === 0 && <small className="quiet"> {text("shop.sold-out")}</small>}
          </label>
        ))}
      </fieldset>
      <label className="field">
        <span>{text("wl.max")}</span>
        <input
          inputMode="numeric"
          autoComplete="off"
          value={max}
          aria-invalid={most === null}
          onChange={(e) => setMax(e.currentTarget.value)}
        />
        {most === null && (
          <em className="error" role="alert">
            {text("wl.bad-max")}
          </em>
        )}
      </label>
      <label className="check">
        <input type="checkbox" checked={together} onChange={(e) => setTogether(e.currentTarget.checked)} />
        {text("wl.together")}
      </label>
      <label className="field">
        <span>{text("wl.phone")}</span>
        <input inputMode="tel" autoComplete="tel" maxLength={20} value={phone} onChange={(e) => setPhone(e.currentTarget.value)} />
      </label>
      {phone.trim() !== "" && (
        <label className="check">
          <input type="checkbox" checked={notify} onChange={(e) => setNotify(e.currentTarget.checked)} />
          {text("wl.notify")}
        </label>
      )}
      <button className="button main block" disabled={busy || most === null}>
        {busy && <span className="busy" />}
        {text("wl.join")}
      </button>
    </form>
  );
}
