import { ErrorState, Loading, useLanguage, useT } from "@parterre/ui";
import type { ReactNode } from "react";
import { usePoll } from "./wire.ts";

interface FieldDef {
  readonly name: string;
  readonly type: string;
  readonly width?: number;
  readonly required: boolean;
  readonly table?: string;
  readonly origin: string;
  readonly clause?: string;
  readonly zh: string;
  readonly en: string;
}
interface Profile {
  readonly profile: string;
  readonly version: number;
  readonly standard: string;
  readonly provisional: boolean;
  readonly note: Readonly<Record<"zh" | "en", string>>;
  readonly wire: Readonly<Record<string, unknown>>;
  readonly answers: readonly { readonly code: string; readonly zh: string; readonly name: string; readonly origin: string }[];
  readonly tables: Readonly<Record<string, readonly FieldDef[]>>;
}

export function ProfilePage(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { data: p, error, again } = usePoll<Profile>("performance/profile", null);
  if (error !== null && p === null) return <ErrorState error={error} onRetry={again} />;
  if (p === null) return <Loading lines={8} />;
  return (
    <div className="stack profile">
      <h1>
        {p.standard} <code>{p.profile}</code> {p.provisional && <span className="verdict-chip watch">{text("lab.provisional")}</span>}
      </h1>
      {p.provisional && (
        <div className="note warning">
          <div className="body">{p.note[lang]}</div>
        </div>
      )}
      <p className="quiet">{text("lab.profile-lead")}</p>
      <section className="card">
        <h2>{text("lab.wire")}</h2>
        <dl className="wire">
          {Object.entries(p.wire).map(([k, v]) => (
            <div key={k}>
              <dt>{k}</dt>
              <dd>{String(v)}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section className="card">
        <h2>{text("lab.answers")}</h2>
        <ul className="codes">
          {p.answers.map((a) => (
            <li key={a.code}>
              <code>{a.code}</code> {lang === "zh" ? a.zh : a.name}
            </li>
          ))}
        </ul>
      </section>
      {Object.entries(p.tables).map(([name, fields]) => (
        <details key={name} className="card" open={name === "REPORT" || name === "DAILY"}>
          <summary>
            <h2>
              {name} <small className="quiet">{fields.length}</small>
            </h2>
          </summary>
          <div className="tree" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{text("lab.field")}</th>
                  <th scope="col">{text("lab.kind")}</th>
                  <th scope="col">{text("lab.required")}</th>
                  <th scope="col">{text("lab.meaning")}</th>
                  <th scope="col">{text("lab.clause")}</th>
                  <th scope="col">{text("lab.origin")}</th>
                </tr>
              </thead>
              <tbody>
                {fields.map((f) => (
                  <tr key={f.name}>
                    <th scope="row">
                      <code>{f.name}</code>
                    </th>
                    <td>
                      {f.type}
                      {f.width !== undefined && `(${f.width})`}
                      {f.table !== undefined && ` ${f.table}`}
                    </td>
                    <td>{f.required ? "●" : ""}</td>
                    <td>{lang === "zh" ? f.zh : f.en}</td>
                    <td>{f.clause}</td>
                    <td>
                      <span className={`origin ${f.origin}`}>{text(`lab.origin.${f.origin}`)}</span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      ))}
    </div>
  );
}
