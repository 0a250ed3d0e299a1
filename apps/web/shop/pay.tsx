import { format, Loading, ProblemNote, useLanguage, useT } from "@parterre/ui";
import { useState, type ReactNode } from "react";
import { useLoad } from "./parts.tsx";
import "./pay-messages.ts";
import { buyerGet, buyerPost } from "./wire.ts";

export interface PayWay {
  readonly provider: string;
  readonly kind: string;
  readonly name: string;
  readonly nameEn: string;
  readonly simulated: boolean;
  readonly scenes: readonly string[];
}
interface Made {
  readonly payUrl?: string;
  readonly qr?: string;
  readonly qrImage?: string;
}

/** Where the buyer is decides the scene: a phone opens the provider's app, a computer its page or a code to scan. */
export function sceneOf(way: PayWay, phone: boolean): string {
  for (const s of phone ? ["phone", "code", "page"] : ["page", "code", "phone"]) if (way.scenes.includes(s)) return s;
  return "";
}
const onPhone = (): boolean => matchMedia("(pointer: coarse)").matches;

/**
 * The real choices for an order, and the way to the money: a page that opens, or a code to scan. `at` is what is paid,
 * an order or a package of orders, as its address under /shop.
 */
export function PayChoice(props: { order: string; at: string; amount: number; busy: boolean; onBusy: (busy: boolean) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { order, at } = props,
    [picked, setPicked] = useState<string | null>(null),
    [error, setError] = useState<unknown>(null),
    [code, setCode] = useState<{ way: PayWay; made: Made } | null>(null);
  const ways = useLoad(`ways ${order}`, () => buyerGet<{ items: readonly PayWay[] }>(`/shop/orders/${order}/pay-ways`));
  if (ways.error !== null) return <ProblemNote error={ways.error} />;
  if (ways.data === null) return <Loading lines={2} />;
  const list = ways.data.items,
    way = list.find((w) => w.provider === picked) ?? list[0],
    nameOf = (w: PayWay): string => (lang === "en" && w.nameEn !== "" ? w.nameEn : w.name);
  if (way === undefined)
    return (
      <p className="note warning">
        <span className="body">{text("pay.none")}</span>
      </p>
    );
  const pay = async (): Promise<void> => {
    props.onBusy(true);
    setError(null);
    try {
      const scene = sceneOf(way, onPhone()),
        made = await buyerPost<Made>(`${at}/pay`, { provider: way.provider, ...(scene === "" ? {} : { scene }) });
      if (made.payUrl !== undefined) {
        location.assign(made.payUrl);
        return;
      } // stays busy until the page is gone
      setCode({ way, made });
    } catch (e) {
      setError(e);
    }
    props.onBusy(false);
  };
  if (code !== null)
    return (
      <div className="scan" role="status">
        <p>
          <b>{text("pay.scan", { name: nameOf(code.way) })}</b>
        </p>
        {code.made.qrImage !== undefined && <img src={code.made.qrImage} width={220} height={220} alt={text("pay.scan-alt")} />}
        <p className="quiet small">{text("pay.scan-lead")}</p>
        {code.way.simulated && code.made.qr !== undefined && (
          <a className="button" href={code.made.qr} target="_blank" rel="noreferrer">
            {text("pay.scan-open")}
          </a>
        )}
        <button type="button" className="button plain" onClick={() => setCode(null)}>
          {text("pay.other")}
        </button>
      </div>
    );
  return (
    <>
      {list.length > 1 && (
        <fieldset className="ways">
          <legend>{text("pay.choose")}</legend>
          {list.map((w) => (
            <label key={w.provider} className="check">
              <input
                type="radio"
                name="way"
                checked={w.provider === way.provider}
                disabled={props.busy}
                onChange={() => setPicked(w.provider)}
              />
              <span>
                {nameOf(w)}
                {w.simulated && <small className="quiet"> · {text("pay.simulated")}</small>}
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {error !== null && <ProblemNote error={error} />}
      <button type="button" className="button main block" disabled={props.busy} onClick={() => void pay()}>
        {props.busy && <span className="busy" />}
        {props.busy
          ? text("shop.paying")
          : `${text("shop.pay")} ${format.price(props.amount, props.amount % 100 === 0 ? "whole" : "full")}`}
      </button>
    </>
  );
}
