import { ErrorState, format, Link, Loading, toast, useLanguage, useT } from "@parterre/ui";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { CodeChip, typeName } from "./timeline.tsx";
import { byteCuts, usePoll, type Detail, type Leaf } from "./wire.ts";

/** One exchange: bytes on one side, the field tree on the other; pointing at one marks the other. */
export function DetailView(props: { number: number }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { data: d, error, again } = usePoll<Detail>(`performance/exchanges/${props.number}`, null),
    [side, setSide] = useState<"request" | "answer">("request");
  if (error !== null && d === null) return <ErrorState error={error} onRetry={again} />;
  if (d === null) return <Loading lines={8} />;
  const e = d.exchange,
    faults = e.faults ?? [],
    rejected = e.rejected ?? [];
  return (
    <>
      <header className="about">
        <h2>
          {typeName(text, e.type)} <span className="quiet">#{e.number}</span>
        </h2>
        <CodeChip code={e.code} text={e.text} />
        {e.effect && <span className="verdict-chip off">{text("lab.effect")}</span>}
        {e.repeat && <span className="verdict-chip info">{text("lab.repeat")}</span>}
        {e.rule !== "" && <span className="verdict-chip bad">{text("lab.rule-acted", { name: e.rule })}</span>}
      </header>
      <dl className="meta">
        <div>
          <dt>{text("lab.at")}</dt>
          <dd>
            {format.date(e.at, lang)} {new Date(e.at).toLocaleTimeString("en-GB", { timeZone: "Asia/Shanghai" })}
          </dd>
        </div>
        <div>
          <dt>{text("lab.app")}</dt>
          <dd>{e.app}</dd>
        </div>
        <div>
          <dt>{text("lab.from")}</dt>
          <dd>{e.remote}</dd>
        </div>
        <div>
          <dt>{text("lab.seq")}</dt>
          <dd>{e.sequence}</dd>
        </div>
        <div>
          <dt>{text("lab.records", { n: e.records })}</dt>
          <dd>
            {text("lab.accepted", { n: e.accepted })}
            {rejected.length > 0 && ` · ${text("lab.rejected", { n: rejected.length })}`}
          </dd>
        </div>
        <div className="id">
          <dt>{text("lab.message")}</dt>
          <dd>
            <code>{e.messageId}</code>
          </dd>
        </div>
      </dl>
      {(faults.length > 0 || rejected.length > 0 || (e.notes ?? []).length > 0) && (
        <div className={faults.length + rejected.length > 0 ? "note danger" : "note warning"}>
          <ul className="body">
            {faults.map((f) => (
              <li key={`${f.path} ${f.why}`}>
                <code>{f.path}</code> {f.code} {f.why}
              </li>
            ))}
            {rejected.map((r) => (
              <li key={`r${r.index}`}>
                [{r.index}] {r.code} {r.msg}
              </li>
            ))}
            {(e.notes ?? []).map((n) => (
              <li key={n}>{n}</li>
            ))}
          </ul>
        </div>
      )}
      {d.group.length > 1 && (
        <p className="group">
          <small className="quiet">{text("lab.group")}</small>
          {d.group.map((n) => (
            <Link key={n} to={`/exchanges/${n}`} aria-current={n === e.number ? "page" : undefined}>
              #{n}
            </Link>
          ))}
        </p>
      )}
      <div className="seg" role="group" aria-label={text("lab.bytes")}>
        {(["request", "answer"] as const).map((s) => (
          <button key={s} type="button" aria-pressed={side === s} onClick={() => setSide(s)}>
            {text(`lab.${s}`)}
          </button>
        ))}
      </div>
      <Sides key={side} raw={side === "request" ? d.request : d.answer} leaves={side === "request" ? d.fields : d.answerFields} />
      {d.more && <p className="quiet">{text("lab.cut")}</p>}
    </>
  );
}

const PIECE = 24_000;
function Sides(props: { raw: string; leaves: readonly Leaf[] }): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    [at, setAt] = useState(-1),
    mark = useRef<HTMLElement>(null),
    bytes = useRef<HTMLPreElement>(null),
    cuts = useMemo(() => byteCuts(props.raw), [props.raw]);
  const leaf = props.leaves[at],
    [from, to] = leaf === undefined ? [0, 0] : cuts(leaf.start, leaf.end),
    base = from > PIECE ? from - 2000 : 0,
    raw = props.raw.slice(base, base + PIECE);
  useEffect(() => {
    const m = mark.current,
      b = bytes.current;
    if (m !== null && b !== null) b.scrollTop = m.offsetTop - b.clientHeight / 3;
  }, [at]);
  // Pointing at bytes finds the innermost field round them.
  const spans = useMemo(() => props.leaves.map((l) => cuts(l.start, l.end)), [props.leaves, cuts]);
  const find = (): void => {
    const s = getSelection(),
      host = bytes.current;
    if (s === null || host === null || s.anchorNode === null || !host.contains(s.anchorNode)) return;
    const range = document.createRange();
    range.setStart(host, 0);
    range.setEnd(s.anchorNode, s.anchorOffset);
    const place = base + range.toString().length;
    let best = -1;
    spans.forEach(([a, b], i) => {
      if (a <= place && place <= b && b > a && (best < 0 || b - a <= spans[best]![1] - spans[best]![0])) best = i;
    });
    setAt(best);
  };
  return (
    <div className="sides">
      <div>
        <div className="cap">
          <h3>{text("lab.bytes")}</h3>
          <button
            type="button"
            className="button plain"
            onClick={() => void navigator.clipboard.writeText(props.raw).then(() => toast("success", text("lab.copied")))}
          >
            {text("lab.copy")}
          </button>
        </div>
        <pre ref={bytes} tabIndex={0} onClick={find}>
          {leaf === undefined ? (
            raw
          ) : (
            <>
              {raw.slice(0, from - base)}
              <mark ref={mark}>{raw.slice(from - base, to - base)}</mark>
              {raw.slice(to - base)}
            </>
          )}
        </pre>
      </div>
      <div>
        <div className="cap">
          <h3>{text("lab.fields")}</h3>
        </div>
        <div className="tree" tabIndex={0}>
          <table>
            <tbody>
              {props.leaves.map((l, i) => (
                <tr
                  key={`${l.path} ${i}`}
                  data-on={i === at || undefined}
                  data-bad={l.faults.length > 0 || undefined}
                  onMouseEnter={() => setAt(i)}
                  onClick={() => setAt(i)}
                >
                  <th scope="row" style={{ paddingLeft: 8 + l.depth * 14 }}>
                    <code>{l.name}</code>
                    <small>{lang === "zh" ? l.zh : l.en}</small>
                  </th>
                  <td>
                    {l.value}
                    {l.faults.map((f) => (
                      <span key={f.why} className="why">
                        {f.code} {f.why}
                        {f.clause !== undefined && f.clause !== "" && ` · ${f.clause}`}
                      </span>
                    ))}
                  </td>
                  <td className="org">
                    {l.origin !== "" && (
                      <span className={`origin ${l.origin}`} title={l.clause}>
                        {text(`lab.origin.${l.origin}`)}
                      </span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </div>
  );
}
