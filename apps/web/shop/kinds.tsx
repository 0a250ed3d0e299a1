import { send, uuidv7 } from "@parterre/api";
import { format, language, placeText, ProblemNote, useLanguage, useT } from "@parterre/ui";
import { useState, type ReactNode } from "react";
import "./kinds-messages.ts";
import type { SaleHold } from "./wire.ts";

/** As which kind of ticket each place of a hold is bought. Prices are those of the moment of the hold; nothing is drawn where there is the full price only. */
export function KindPicker(props: { at: "shop" | "counter"; hold: SaleHold; onHold: (h: SaleHold) => void }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { hold } = props,
    offers = hold.kinds ?? [],
    [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null);
  if (offers.length < 2) return null;
  const choose = async (i: number, code: string): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      props.onHold(
        await send<SaleHold>(`/api/v1/${props.at}/sessions/${hold.session}/holds/${hold.hold}/kinds`, {
          method: "PUT",
          body: { kinds: hold.places.map((p, k) => (k === i ? code : (p.kind ?? "full"))) },
          key: uuidv7(),
          language: language(),
        }),
      );
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const proofs = [
    ...new Set(
      hold.places.flatMap((p) => {
        const o = offers.find((x) => x.code === (p.kind ?? "full")),
          proof = lang === "en" ? (o?.proofEn ?? o?.proof) : o?.proof;
        return proof === undefined || proof === "" ? [] : [proof];
      }),
    ),
  ];
  return (
    <fieldset className="card kinds" aria-busy={busy}>
      <legend>
        <b>{text("kinds.title")}</b>
      </legend>
      {error !== null && <ProblemNote error={error} />}
      {hold.places.map((p, i) => {
        const seat = placeText(p, lang);
        return (
          <div key={p.seat} className="kind-line">
            <label htmlFor={`ticket-kind-${p.seat}`}>{seat}</label>
            <select
              id={`ticket-kind-${p.seat}`}
              aria-label={text("kinds.of", { seat })}
              value={p.kind ?? "full"}
              disabled={busy}
              onChange={(e) => void choose(i, e.currentTarget.value)}
            >
              {offers.map((o) => (
                <option
                  key={o.code}
                  value={o.code}
                  disabled={o.prices[i]! < 0}
                >{`${lang === "en" ? o.nameEn : o.name} ${o.prices[i]! < 0 ? text("kinds.off") : format.price(o.prices[i]!)}`}</option>
              ))}
            </select>
          </div>
        );
      })}
      {proofs.length > 0 && (
        <p className="quiet" role="status">
          {text("kinds.proof", { proof: proofs.join(lang === "en" ? ", " : "、") })} {text("kinds.lead")}
        </p>
      )}
    </fieldset>
  );
}
