/** The page where the buyer chooses seats on the map, in the list, or standing places. */
import { ApiProblem, uuidv7 } from "@parterre/api";
import { levelCounts, type MapObject } from "@parterre/planrender";
import { AreaPicker, ErrorState, format, Link, Loading, navigate, ProblemNote, SeatList, toast, useLanguage, useT } from "@parterre/ui";
import { useMemo, useRef, useState, type ReactNode } from "react";
import { areaLooks } from "./areas.ts";
import { useChoice, useWords } from "./choice.ts";
import { Steps, titleOf, useLoad } from "./parts.tsx";
import { dropPass, passHeader, passOf } from "./queue/place.ts";
import { SeatBasket } from "./seatbasket.tsx";
import { keepSeats } from "./seatchoice.ts";
import { ShopMap, useZones } from "./seatmap.tsx";
import { Best, Legend, PassTimer, Views } from "./seatparts.tsx";
import { useStatus } from "./seats.tsx";
import { buyerPost, get, keepHold, loadMap, type SaleHold, type SessionMap, type ShopDetail } from "./wire.ts";

export function SeatsPage(props: { id: string }): ReactNode {
  const detail = useLoad(props.id, async () => {
    const s = await get<ShopDetail>(`/shop/sessions/${props.id}`);
    // Where there is a line, its pass comes first; the map is not loaded for those who wait.
    if (s.queue && passOf(s.id) === null) {
      navigate(`/sessions/${s.id}/queue`, { replace: true });
      return new Promise<never>(() => {});
    }
    return { s, map: await loadMap(s) };
  });
  if (detail.error !== null && detail.data === null) return <ErrorState error={detail.error} onRetry={detail.again} />;
  return detail.data === null ? (
    <Loading lines={8} />
  ) : (
    <Chooser key={detail.data.s.planId} s={detail.data.s} map={detail.data.map} onMoved={detail.again} />
  );
}

/** Holds what was chosen, or the best; a line that has formed comes first, and the choice is kept in the tab. */
function useTake(s: ShopDetail): { busy: boolean; error: unknown; forget: () => void; take: (choice: object) => Promise<void> } {
  const [busy, setBusy] = useState(false),
    [error, setError] = useState<unknown>(null),
    attempt = useRef<{ for: string; id: string } | null>(null);
  const take = async (choice: object): Promise<void> => {
    const mark = JSON.stringify(choice);
    // The same choice tried again after a lost answer is the same hold.
    if (attempt.current?.for !== mark) attempt.current = { for: mark, id: uuidv7() };
    const { id } = attempt.current;
    setBusy(true);
    setError(null);
    try {
      const hold = await buyerPost<SaleHold>("/shop/holds", { id, session: s.id, ...choice }, id, passHeader([s.id]));
      keepHold(s.id, hold);
      keepSeats(
        s.id,
        hold.places.map((p) => p.seat),
      );
      navigate(`/sessions/${s.id}/people`);
    } catch (e) {
      if (e instanceof ApiProblem) attempt.current = null;
      // A line has formed, or the pass has ended: to the end of it.
      if (e instanceof ApiProblem && e.document.code === "waiting.pass") {
        dropPass(s.id);
        navigate(`/sessions/${s.id}/queue`);
        return;
      }
      setError(e);
      setBusy(false);
    }
  };
  return { busy, error, forget: () => setError(null), take };
}

function Chooser(props: { s: ShopDetail; map: SessionMap; onMoved: () => void }): ReactNode {
  const text = useT(),
    { s, map } = props,
    { model, zoneOf } = map,
    status = useStatus(s.id, model, s.planId, () => {
      toast("info", text("shop.plan-moved"));
      props.onMoved();
    }),
    { board, version, live } = status,
    zones = useZones(s),
    { name, price, limited, style } = useWords(s, map),
    { busy, error, forget, take } = useTake(s);
  const [area, setArea] = useState<number | null>(null),
    [level, setLevel] = useState<string | null>(null),
    [asList, setAsList] = useState(false),
    [said, setSaid] = useState(""),
    [best, setBest] = useState(false);
  const choice = useChoice({ s, map, zones, board, version, live: status.areas, busy, onChange: forget, say: setSaid }),
    { mine, standing, areas } = choice,
    ranks = [...mine].sort((a, b) => a - b),
    levels = useMemo(() => levelCounts(model, board.states).filter((l) => l.seats > 0), [version]);
  const pickObject = (o: MapObject): void => {
    const picked = choice.pickObject(o);
    if (picked === null) return;
    setBest(false);
    setArea(picked);
  };
  const sayFocus = (r: number): void =>
    setSaid(`${name(r)} ${text(mine.has(r) ? "seat.mine" : `seat.${["free", "held", "sold", "off"][board.states[r]!]}`)} ${price(r)}`);
  return (
    <div className="chooser" data-list={asList || undefined}>
      <Head s={s} />
      <div className="views">
        <Views levels={levels} level={level} onLevel={setLevel} asList={asList} onList={setAsList} />
        {s.queue && <PassTimer session={s.id} />}
        <span className={live ? "live" : "live off"} role="status">
          {text(live ? "shop.live" : "shop.live-wait")}
        </span>
      </div>
      <div className="stage">
        {!asList ? (
          <ShopMap
            map={map}
            zones={zones}
            board={board}
            version={version}
            mine={mine}
            level={level}
            areas={areaLooks(s, areas, text)}
            onPick={choice.toggle}
            onPickObject={pickObject}
            onFocusSeat={sayFocus}
          />
        ) : model.seats.count > 0 ? (
          <SeatList model={model} states={board.states} version={version} mine={mine} priceOf={price} onToggle={choice.toggle} />
        ) : (
          <p className="quiet pad">{text("shop.only-standing")}</p>
        )}
      </div>
      <aside>
        <Legend zones={s.zones} look={zones} style={style} />
        {error !== null && <ProblemNote error={error} />}
        {!best && <AreaPicker areas={areas} room={choice.room} focus={area} onCount={choice.count} />}
        {best ? (
          <Best s={s} busy={busy} onClose={() => setBest(false)} onGo={(want) => void take({ best: want })} />
        ) : (
          <SeatBasket
            s={s}
            model={model}
            zoneOf={zoneOf}
            zones={zones}
            ranks={ranks}
            areas={areas}
            standing={standing}
            style={style}
            accessible={ranks.some((r) => model.seats.kind[r] === 1 || model.seats.kind[r] === 2)}
            busy={busy}
            limited={limited}
            onDrop={choice.choose}
            onCount={choice.count}
            onBest={() => setBest(true)}
            onTake={(want) => void take(want)}
          />
        )}
      </aside>
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </div>
  );
}

function Head(props: { s: ShopDetail }): ReactNode {
  const lang = useLanguage(),
    { s } = props;
  return (
    <header>
      <div className="title">
        <Link to={`/sessions/${s.id}`}>{titleOf(s, lang)}</Link>
        <small className="quiet">{format.dateTime(s.startsAt, lang, { zone: s.zone })}</small>
      </div>
      <Steps at={0} />
    </header>
  );
}
