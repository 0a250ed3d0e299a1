import { EmptyState, ErrorState, Link, Loading, toast, useLanguage, useQuery, useT } from "@parterre/ui";
import { useEffect, useState, type ReactNode } from "react";
import { titleOf, useLoad } from "../../shop/parts.tsx";
import { nameOf } from "../../shop/packages/links.tsx";
import type { Bundle } from "../../shop/packages/wire.ts";
import type { ShopSession } from "../../shop/wire.ts";
import { keepDraft } from "../desk.ts";
import { DoneOrders } from "../done.tsx";
import { get, type Sold } from "../wire.ts";
import { Choose } from "./choose.tsx";
import { SaleForm, type SoldPackage } from "./sale.tsx";
import type { Pack } from "./wire.ts";
import "./messages.ts";
import "./packages.css";

/**
 * Packages at the counter: choose, hold all seats or none, name the people, take the money once. The package order stands in
 * the address, so that a reload finds it again, also while a payment by code has no result.
 */
export function PackagesPage(): ReactNode {
  const text = useT(),
    both = useLoad("counter-packages", async () => {
      const [packs, sessions] = await Promise.all([
        get<{ items: readonly Pack[] }>("/packages"),
        get<{ items: readonly ShopSession[] }>("/shop/sessions?size=100"),
      ]);
      return {
        packs: packs.items.filter((p) => p.state === "on_sale" && p.content.channels.includes("counter")),
        sessions: new Map(sessions.items.map((s) => [s.id, s])),
      };
    }),
    [chosen, choose] = useQuery("package"),
    [bundle, setBundle] = useQuery("order"),
    [sold, setSold] = useState<SoldPackage | null>(null);
  if (both.error !== null && both.data === null) return <ErrorState error={both.error} onRetry={both.again} />;
  if (both.data === null)
    return (
      <div className="pad">
        <Loading lines={6} />
      </div>
    );
  const { packs, sessions } = both.data,
    pack = packs.find((p) => p.id === chosen) ?? packs[0];
  const end = (): void => {
    if (bundle !== null) keepDraft(bundle, null);
    setBundle(null);
  };
  return (
    <div className="package-desk">
      <p>
        <Link to="/">{text("cp.back")}</Link>
      </p>
      <h1>{text("cp.title")}</h1>
      {sold !== null ? (
        <Sale
          sold={sold}
          onNext={() => {
            setSold(null);
            both.again();
          }}
        />
      ) : bundle !== null ? (
        <Open
          key={bundle}
          id={bundle}
          onSold={(s) => {
            setSold(s);
            end();
          }}
          onEnd={end}
        />
      ) : pack === undefined ? (
        <EmptyState title={text("cp.none")}>{text("cp.none-lead")}</EmptyState>
      ) : (
        <>
          <Packs packs={packs} chosen={pack.id} onChoose={choose} />
          <Choose key={pack.id} pack={pack} sessions={sessions} onHeld={(b) => setBundle(b.id)} />
        </>
      )}
    </div>
  );
}

function Packs(props: { packs: readonly Pack[]; chosen: string; onChoose: (id: string) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage();
  return (
    <fieldset className="packs">
      <legend>{text("cp.link")}</legend>
      {props.packs.map((p) => (
        <label key={p.id} className="check">
          <input type="radio" name="package" checked={p.id === props.chosen} onChange={() => props.onChoose(p.id)} />
          <span>
            {nameOf(p.content, lang)}
            {p.content.note !== "" && <small className="quiet">{p.content.note}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** A package order that was begun here: its people and money, what was sold meanwhile, or that it is over. */
function Open(props: { id: string; onSold: (s: SoldPackage) => void; onEnd: () => void }): ReactNode {
  const text = useT(),
    { data: b, error, again } = useLoad(props.id, () => get<Bundle>(`/counter/bundles/${props.id}`)),
    over = b !== null && b.state !== "held" && b.state !== "placing" && b.state !== "pending";
  useEffect(() => {
    if (!over) return;
    if (b.state === "confirmed") props.onSold({ bundle: b, change: 0 });
    else {
      toast("warning", text("cp.other", { state: text(`shop.st.${b.state}`) }));
      props.onEnd();
    }
  }, [over]);
  if (error !== null && b === null) return <ErrorState error={error} onRetry={again} />;
  return b === null || over ? <Loading lines={6} /> : <SaleForm b={b} onSold={props.onSold} onEnd={props.onEnd} />;
}

function Sale(props: { sold: SoldPackage; onNext: () => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { bundle, change, method } = props.sold,
    orders = bundle.parts.flatMap((p) =>
      p.order === undefined ? [] : [{ ...p.order, title: titleOf(p, lang), startsAt: p.startsAt, zone: p.zone }],
    );
  return (
    <section className="pack-sold" aria-live="polite">
      <DoneOrders
        title={text("cp.sold", { n: bundle.number })}
        orders={orders satisfies readonly Sold["order"][]}
        change={change}
        cash={method === "cash"}
        onNext={props.onNext}
      />
    </section>
  );
}
