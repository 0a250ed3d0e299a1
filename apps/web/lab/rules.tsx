import { ErrorState, Loading, ProblemNote, toast, useLanguage, useT } from "@parterre/ui";
import { useState, type ReactNode } from "react";
import { setRules, usePoll, type Rule, type Rules } from "./wire.ts";

export function RulesPage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { data, error, again } = usePoll<Rules>("performance/rules", 3000),
    [problem, setProblem] = useState<unknown>(null),
    [busy, setBusy] = useState(false);
  if (error !== null && data === null) return <ErrorState error={error} onRetry={again} />;
  if (data === null) return <Loading />;
  const rules = data.rules ?? [],
    names = new Map(data.menu.map((m) => [m.rule.name, m[lang]])),
    nameOf = (r: Rule): string => names.get(r.name) ?? r.name;
  const put = async (next: readonly Rule[], done?: string): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await setRules(next);
      again();
      if (done !== undefined) toast("success", done);
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="rules-page">
      <section className="card force" aria-labelledby="force">
        <div className="row between">
          <h2 id="force">{text("lab.in-force")}</h2>
          <button
            type="button"
            className="button danger"
            disabled={busy || rules.length === 0}
            onClick={() => void put([], text("lab.off-done"))}
          >
            {text("lab.all-off")}
          </button>
        </div>
        {problem !== null && <ProblemNote error={problem} />}
        {rules.length === 0 ? (
          <p className="quiet">{text("lab.in-force-none")}</p>
        ) : (
          <ol>
            {rules.map((r, i) => (
              <li key={`${r.name} ${i}`} data-done={(r.times !== undefined && r.times > 0 && r.acted >= r.times) || undefined}>
                <span>
                  <b>{nameOf(r)}</b>
                  <small className="quiet">
                    {text("lab.acted", { n: r.acted })} · {(r.times ?? 0) > 0 ? text("lab.of", { n: r.times! }) : text("lab.endless")}
                  </small>
                </span>
                <button type="button" className="button" disabled={busy} onClick={() => void put(rules.filter((_, j) => j !== i))}>
                  {text("lab.off")}
                </button>
              </li>
            ))}
          </ol>
        )}
      </section>
      <section className="card" aria-labelledby="menu">
        <h2 id="menu">{text("lab.menu")}</h2>
        <p className="quiet">{text("lab.menu-lead")}</p>
        <ul className="menu">
          {data.menu.map((m) => (
            <li key={m.rule.name}>
              <span>
                <b>{m[lang]}</b>
                <small className="quiet">{text("lab.hope", { what: m.hope })}</small>
              </span>
              <button type="button" className="button" disabled={busy} onClick={() => void put([...rules, m.rule])}>
                {text("lab.on")}
              </button>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
