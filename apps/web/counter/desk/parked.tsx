import { format, navigate, shortcuts, toast, useLanguage, useT } from "@parterre/ui";
import { useEffect, useState, type ReactNode } from "react";
import { titleOf } from "../../shop/parts.tsx";
import { forget, isOver, park, takeBack, useDesk, type Customer } from "../desk.ts";
import { remove } from "../wire.ts";

/** Customers who were put aside, each with the honest time that is left; what is over says so until it is cleared. */
export function ParkedList(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    desk = useDesk(),
    [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (desk.parked.length === 0) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [desk.parked.length]);
  const back = (c: Customer): void => {
    takeBack(c.hold.hold);
    navigate(`/?session=${c.session}`);
  };
  useEffect(
    () =>
      shortcuts.add(
        { id: "park", keys: "F6", label: "d.k.park", run: () => park(), enabled: () => desk.current !== null },
        {
          id: "take-back",
          keys: "shift+F6",
          label: "d.k.take-back",
          run: () => {
            const c = desk.parked.find((p) => !isOver(p, Date.now()));
            if (c !== undefined) back(c);
          },
        },
      ),
    [desk],
  );
  if (desk.parked.length === 0) return null;
  const giveUp = (c: Customer): void => {
    forget(c.hold.hold);
    void remove(`/counter/sessions/${c.session}/holds/${c.hold.hold}`).catch(() => toast("warning", text("problem.network")));
  };
  return (
    <section className="parked" aria-label={text("d.parked", { n: desk.parked.length })}>
      <h2>
        {text("d.parked", { n: desk.parked.length })} <kbd>⇧F6</kbd>
      </h2>
      <ul>
        {desk.parked.map((c) => {
          const over = isOver(c, now),
            left = (c.endsAt - now) / 1000;
          return (
            <li key={c.hold.hold} data-over={over || undefined}>
              <p>
                <b>{titleOf(c, lang)}</b>
                <small>{format.dateTime(c.startsAt, lang, { zone: c.zone })}</small>
              </p>
              <p>
                {text("d.seats-n", { n: c.hold.places.length, price: format.price(c.hold.amount) })}
                <small>{c.hold.places.map((p) => p.text).join("、")}</small>
              </p>
              {over ? (
                <>
                  <p className="warn" role="status">
                    {text("d.over")}
                  </p>
                  <button type="button" className="button" onClick={() => forget(c.hold.hold)}>
                    {text("d.over-clear")}
                  </button>
                </>
              ) : (
                <>
                  <p className={left < 60 ? "left soon" : "left"} role="timer">
                    {text("d.held-left", { time: format.countdown(left) })}
                  </p>
                  <div className="row">
                    <button type="button" className="button" onClick={() => back(c)}>
                      {text("d.take-back")}
                    </button>
                    <button type="button" className="button plain" onClick={() => giveUp(c)}>
                      {text("d.give-up")}
                    </button>
                  </div>
                </>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
