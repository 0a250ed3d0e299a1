import { format, placeText, ProblemNote, showProblem, toast, useLanguage, useT } from "@parterre/ui";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { titleOf, useCountdown } from "../../shop/parts.tsx";
import { cleanNumber, isUnder14, nameFault, NOBODY, numberFault, type Fault, type Person } from "../../shop/people.ts";
import type { Bundle } from "../../shop/packages/wire.ts";
import { Cash } from "../cash.tsx";
import { onCard } from "../devices/hub.ts";
import { PersonFields } from "../person.tsx";
import { fen, post } from "../wire.ts";

const METHODS = ["cash", "wechat", "alipay", "card"] as const;

/** People and money of a held package; the money is taken once for all sessions. */
export function SaleForm(props: { b: Bundle; onSold: (b: Bundle) => void; onEnd: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { b } = props,
    now = new Date(),
    [people, setPeople] = useState<readonly Person[]>(() => Array.from({ length: b.people }, () => NOBODY)),
    [method, setMethod] = useState<(typeof METHODS)[number]>("cash"),
    [taken, setTaken] = useState(""),
    [tried, setTried] = useState(false),
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    [endsAt] = useState(() => Date.now() + b.secondsLeft * 1000);
  const left = useCountdown(endsAt, () => {
      toast("warning", text("counter.expired"));
      props.onEnd();
    }),
    told = error === null ? {} : showProblem(error, lang).fields,
    given = fen(taken),
    change = (given ?? 0) - b.amount;
  const put = (i: number, part: Partial<Person>): void => setPeople((all) => all.map((p, k) => (k === i ? { ...p, ...part } : p)));
  // A card goes to the first person without a document.
  const laid = useRef<(number: string, kind: string, name: string) => void>(() => undefined);
  laid.current = (number, kind, name) => {
    const i = people.findIndex((p) => p.number === "");
    if (i < 0) toast("warning", text("d.card-full"));
    else put(i, { number, kind, ...(name === "" ? {} : { name }) });
  };
  useEffect(() => onCard((c) => laid.current(c.number, c.kind, c.name.replace(/,/g, " "))), []);
  const faultsOf = (p: Person): readonly (Fault | null)[] => [
    nameFault(p.name),
    numberFault(p.kind, p.number, now),
    isUnder14(p, now) && !p.guardian ? { key: "shop.bad.guardian" } : null,
  ];
  const ready = people.every((p) => faultsOf(p).every((f) => f === null)) && (method !== "cash" || (given !== null && change >= 0));
  const sell = async (): Promise<void> => {
    setTried(true);
    setError(null);
    if (!ready || busy) return;
    setBusy(true);
    try {
      const done = await post<Bundle>(
        `/counter/bundles/${b.id}/sale`,
        {
          people: people.map((p) => ({
            name: p.name.trim(),
            kind: p.kind,
            number: cleanNumber(p.number),
            ...(p.guardian ? { guardian: true } : {}),
          })),
          consent: true,
          method,
          ...(method === "cash" && given !== null ? { taken: given } : {}),
        },
        b.id,
      );
      if (done.state === "confirmed") props.onSold(done);
      else toast("warning", text("cp.other", { state: text(`shop.st.${done.state}`) }));
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const drop = async (): Promise<void> => {
    try {
      await post(`/counter/bundles/${b.id}/cancel`, {});
      props.onEnd();
    } catch (e) {
      setError(e);
    }
  };
  return (
    <form
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void sell();
      }}
    >
      <p className="row between">
        <span>{text("counter.hold", { time: format.countdown(left) })}</span>
        <button type="button" className="button plain" onClick={() => void drop()}>
          {text("counter.release")}
        </button>
      </p>
      <h2>{text("cp.seats")}</h2>
      <ul>
        {b.parts.map((p) => (
          <li key={p.session}>
            <span>
              {titleOf(p, lang)} · {format.dateTime(p.startsAt, lang, { zone: p.zone })}
              <br />
              <small className="quiet">{p.places.map((x) => placeText(x, lang)).join(lang === "en" ? "; " : "、")}</small>
            </span>
            <b>{format.price(p.amount)}</b>
          </li>
        ))}
      </ul>
      {people.map((p, i) => (
        <fieldset key={i}>
          <legend>{text("cp.person", { n: i + 1 })}</legend>
          <PersonFields
            nth={i}
            person={p}
            tried={tried}
            told={[told[`people[${i}].name`], told[`people[${i}].number`]]}
            onPut={(part) => put(i, part)}
            onTyped={() => false}
          />
        </fieldset>
      ))}
      <div className="seg" role="group" aria-label={text("counter.method")}>
        {METHODS.map((m) => (
          <button key={m} type="button" aria-pressed={method === m} onClick={() => setMethod(m)}>
            {text(`counter.m.${m}`)}
          </button>
        ))}
      </div>
      <p className="due">
        <span>{text("counter.total")}</span>
        <b>{format.price(b.amount)}</b>
      </p>
      {method === "cash" && <Cash due={b.amount} taken={taken} given={given} tried={tried} onTaken={setTaken} />}
      {error !== null && <ProblemNote error={error} />}
      <button className="button main" disabled={busy}>
        {busy && <span className="busy" />}
        {text("cp.sell")}
      </button>
    </form>
  );
}
