import { EmptyState, ErrorState, Link, ProblemNote, safeGet, safeSet, useCurrentInView, usePath, useT } from "@parterre/ui";
import { Checkbox, Input, Modal, Popover } from "antd";
import { useRef, useState, type ReactNode } from "react";

/** The head of a page: where one is, what it is, what one can do. */
export function PageHead(props: {
  title: ReactNode;
  back?: { to: string; label: string };
  lead?: ReactNode;
  tags?: ReactNode;
  actions?: ReactNode;
}): ReactNode {
  return (
    <header className="page-head">
      <div className="words">
        {props.back !== undefined && (
          <Link to={props.back.to} className="back">
            ‹ {props.back.label}
          </Link>
        )}
        <div className="row">
          <h1>{props.title}</h1>
          {props.tags}
        </div>
        {props.lead !== undefined && <p className="quiet">{props.lead}</p>}
      </div>
      {props.actions !== undefined && <div className="row actions">{props.actions}</div>}
    </header>
  );
}

/** The pages beside this one. Those that lead elsewhere (a list narrowed to this session) stand apart at the end. */
export function SubNav(props: {
  label: string;
  pages: readonly (readonly [to: string, label: string])[];
  away?: readonly (readonly [to: string, label: string])[];
}): ReactNode {
  const text = useT(),
    path = usePath(),
    row = useRef<HTMLElement>(null),
    away = props.away ?? [];
  useCurrentInView(row, path);
  return (
    <nav ref={row} className="subnav" aria-label={props.label}>
      {props.pages.map(([to, label]) => (
        <Link key={to} to={to} aria-current={path === to ? "page" : undefined}>
          {text(label)}
        </Link>
      ))}
      {away.map(([to, label], i) => (
        <Link key={to} to={to} className={i === 0 ? "away first" : "away"}>
          {text(label)}
        </Link>
      ))}
    </nav>
  );
}

export type Tone = "quiet" | "info" | "success" | "warning" | "danger";
/** A state in words with a mark of its own shape. */
export function Chip(props: { tone: Tone; children: ReactNode }): ReactNode {
  return <span className={`chip ${props.tone}`}>{props.children}</span>;
}

export const SESSION_TONE: Readonly<Record<string, Tone>> = {
  created: "quiet",
  scheduled: "info",
  on_sale: "success",
  paused: "warning",
  closed: "quiet",
  cancelled: "danger",
  ended: "quiet",
};
export const SHOW_TONE: Readonly<Record<string, Tone>> = { draft: "quiet", active: "success", cancelled: "danger", ended: "quiet" };

export function Facts(props: { items: readonly (readonly [label: string, value: ReactNode])[]; columns?: number }): ReactNode {
  return (
    <dl
      className="facts"
      style={props.columns === undefined ? undefined : { gridTemplateColumns: `repeat(${props.columns}, minmax(0, 1fr))` }}
    >
      {props.items.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value === "" || value === null || value === undefined ? "–" : value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A number with its name: the head of the today page. */
export function Stat(props: { label: string; value: ReactNode; note?: ReactNode; tone?: Tone | undefined }): ReactNode {
  const long = typeof props.value === "string" && props.value.length > 9 && !/^[¥−]/.test(props.value);
  return (
    <div className={`stat ${props.tone ?? ""}${long ? " words" : ""}`}>
      <span className="quiet">{props.label}</span>
      <strong>{props.value}</strong>
      {props.note !== undefined && <small className="quiet">{props.note}</small>}
    </div>
  );
}

export function Card(props: { title?: ReactNode; actions?: ReactNode; children: ReactNode; flush?: boolean; id?: string }): ReactNode {
  return (
    <section className={props.flush === true ? "card flush" : "card"} id={props.id}>
      {props.title !== undefined && (
        <div className="card-head">
          <h2>{props.title}</h2>
          {props.actions !== undefined && <div className="row">{props.actions}</div>}
        </div>
      )}
      {props.children}
    </section>
  );
}

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly render: (row: T) => ReactNode;
  /** Right-aligned, tabular. */ readonly num?: boolean;
  /** Text for the export; columns without it are left out of the file. */ readonly csv?: (row: T) => string | number;
  /** Hidden until it is chosen. */ readonly spare?: boolean;
  readonly width?: number;
}
export interface TableProps<T> {
  readonly name: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[] | null;
  readonly rowKey: (row: T) => string;
  readonly error?: unknown;
  readonly onRetry?: () => void;
  readonly empty: ReactNode;
  readonly to?: (row: T) => string;
  readonly onOpen?: (row: T) => void;
  readonly hasMore?: boolean;
  readonly more?: () => void;
  readonly loading?: boolean;
  readonly filters?: ReactNode;
  /** What one can do to the list, beside its tools. */ readonly actions?: ReactNode;
  readonly label: string;
}

/** Every list: filters, column choice, export of what is loaded, skeleton, empty state, error with a way on, next page. */
export function DataTable<T>(props: TableProps<T>): ReactNode {
  const text = useT(),
    key = `parterre.columns.${props.name}`;
  const [shown, setShown] = useState<readonly string[]>(
    () => safeGet(key)?.split(",") ?? props.columns.filter((c) => c.spare !== true).map((c) => c.key),
  );
  const columns = props.columns.filter((c) => shown.includes(c.key));
  const choose = (c: string, on: boolean): void => {
    const next = on ? [...shown, c] : shown.filter((k) => k !== c);
    setShown(next);
    safeSet(key, next.join(","));
  };
  const tools = (
    <div className="table-tools">
      <div className="filters">{props.filters}</div>
      <div className="row">
        {props.actions}
        <Popover
          trigger="click"
          placement="bottomRight"
          content={
            <div className="stack tight">
              {props.columns.map((c) => (
                <Checkbox
                  key={c.key}
                  checked={shown.includes(c.key)}
                  disabled={shown.length === 1 && shown.includes(c.key)}
                  onChange={(e) => choose(c.key, e.target.checked)}
                >
                  {c.title}
                </Checkbox>
              ))}
            </div>
          }
        >
          <button type="button" className="button plain small">
            {text("m.columns")}
          </button>
        </Popover>
        <button
          type="button"
          className="button plain small"
          disabled={props.rows === null || props.rows.length === 0}
          onClick={() => exportCsv(props.name, props.columns, props.rows ?? [])}
        >
          {text("m.export")}
        </button>
      </div>
    </div>
  );
  if (props.error !== null && props.error !== undefined && props.rows === null)
    return (
      <>
        {tools}
        <ErrorState error={props.error} {...(props.onRetry === undefined ? {} : { onRetry: props.onRetry })} />
      </>
    );
  if (props.rows !== null && props.rows.length === 0)
    return (
      <>
        {tools}
        {props.empty}
      </>
    );
  return (
    <>
      {tools}
      <table className="data" aria-label={props.label} aria-busy={props.rows === null}>
        <thead>
          <tr>
            {columns.map((c) => (
              <th
                key={c.key}
                scope="col"
                className={c.num === true ? "num" : ""}
                style={c.width === undefined ? undefined : { width: c.width }}
              >
                {c.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows === null ? (
            <SkeletonRows columns={columns.length} />
          ) : (
            props.rows.map((row) => (
              <Row
                key={props.rowKey(row)}
                row={row}
                columns={columns}
                {...(props.to === undefined ? {} : { to: props.to })}
                {...(props.onOpen === undefined ? {} : { onOpen: props.onOpen })}
              />
            ))
          )}
        </tbody>
      </table>
      {props.error !== null && props.error !== undefined && <ProblemNote error={props.error} />}
      {props.hasMore === true && (
        <div className="more">
          <button type="button" className="button" disabled={props.loading === true} onClick={props.more}>
            {props.loading === true && <span className="busy" aria-hidden="true" />}
            {text("m.more")}
          </button>
        </div>
      )}
    </>
  );
}

/** The first cell is the link of the row; the whole row is a larger target for the pointer. */
function Row<T>(props: { row: T; columns: readonly Column<T>[]; to?: (row: T) => string; onOpen?: (row: T) => void }): ReactNode {
  const { row, to, onOpen } = props,
    opens = to !== undefined || onOpen !== undefined;
  return (
    <tr
      className={opens ? "opens" : ""}
      onClick={
        opens
          ? (e) => {
              if (!(e.target as HTMLElement).closest("a,button,input,.ant-dropdown-trigger"))
                e.currentTarget.querySelector<HTMLElement>(".row-link")?.click();
            }
          : undefined
      }
    >
      {props.columns.map((c, i) => (
        <td key={c.key} className={c.num === true ? "num" : ""} data-label={c.title}>
          <div className="cell">
            {i === 0 && to !== undefined ? (
              <Link to={to(row)} className="row-link">
                {c.render(row)}
              </Link>
            ) : i === 0 && onOpen !== undefined ? (
              <button type="button" className="link row-link" onClick={() => onOpen(row)}>
                {c.render(row)}
              </button>
            ) : (
              c.render(row)
            )}
          </div>
        </td>
      ))}
    </tr>
  );
}

function SkeletonRows(props: { columns: number }): ReactNode {
  return Array.from({ length: 6 }, (_, r) => (
    <tr key={r} className="ghost">
      {Array.from({ length: props.columns }, (_, c) => (
        <td key={c}>
          <span className="skeleton" style={{ width: `${[70, 55, 85, 40][(r + c) % 4]}%` }} />
        </td>
      ))}
    </tr>
  ));
}

/** RFC 4180 with a byte order mark, so that spreadsheets read Chinese; a leading sign that would start a formula is quoted. */
export function csvOf<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const cell = (v: string | number): string => {
    const s = typeof v === "string" && /^[=+\-@\t\r]/.test(v) ? `'${v}` : String(v);
    return /[",\r\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s;
  };
  const kept = columns.filter((c) => c.csv !== undefined);
  return `\uFEFF${[kept.map((c) => cell(c.title)), ...rows.map((r) => kept.map((c) => cell(c.csv!(r))))].map((line) => line.join(",")).join("\r\n")}\r\n`;
}
function exportCsv<T>(name: string, columns: readonly Column<T>[], rows: readonly T[]): void {
  const url = URL.createObjectURL(new Blob([csvOf(columns, rows)], { type: "text/csv;charset=utf-8" })),
    a = document.createElement("a");
  a.href = url;
  a.download = `parterre-${name}.csv`;
  a.click();
  URL.revokeObjectURL(url);
}

/** Nothing here yet, and what to do next. */
export function Empty(props: { title: string; lead?: string; action?: ReactNode }): ReactNode {
  return (
    <EmptyState title={props.title} {...(props.action === undefined ? {} : { actions: props.action })}>
      {props.lead}
    </EmptyState>
  );
}

/** A step that cannot be taken back: what happens in numbers, and the reason where the audit wants one. */
export function StepDialog(props: {
  open: boolean;
  title: string;
  lead: ReactNode;
  ok: string;
  danger?: boolean;
  reason?: boolean;
  onClose: () => void;
  run: (reason: string) => Promise<void>;
}): ReactNode {
  const text = useT(),
    [reason, setReason] = useState(""),
    [busy, setBusy] = useState(false),
    [problem, setProblem] = useState<unknown>(null),
    [tried, setTried] = useState(false);
  const missing = props.reason === true && reason.trim().length < 2;
  const run = async (): Promise<void> => {
    setTried(true);
    if (missing) return;
    setBusy(true);
    setProblem(null);
    try {
      await props.run(reason.trim());
      setReason("");
      setTried(false);
      props.onClose();
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open={props.open}
      title={props.title}
      onCancel={props.onClose}
      onOk={() => {
        void run();
      }}
      okText={props.ok}
      cancelText={text("action.cancel")}
      confirmLoading={busy}
      okButtonProps={{ danger: props.danger === true }}
      destroyOnHidden
    >
      <div className="stack">
        <div>{props.lead}</div>
        {problem !== null && <ProblemNote error={problem} />}
        {props.reason === true && (
          <label className="mini">
            <span className="label">{text("m.reason")}</span>
            <Input.TextArea
              value={reason}
              onChange={(e) => setReason(e.target.value)}
              maxLength={500}
              rows={3}
              placeholder={text("m.reason-hint")}
              status={tried && missing ? "error" : ""}
            />
            {tried && missing && (
              <span className="error" role="alert">
                {text("m.reason-need")}
              </span>
            )}
          </label>
        )}
      </div>
    </Modal>
  );
}

/** Sold against capacity as a bar with both numbers. */
export function Bar(props: { value: number; total: number; label: string; mark?: number; tone?: Tone }): ReactNode {
  const share = props.total <= 0 ? 0 : Math.min(1, props.value / props.total);
  return (
    <div
      className={`bar-meter ${props.tone ?? ""}`}
      role="meter"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={props.total}
      aria-valuenow={props.value}
    >
      <i style={{ width: `${share * 100}%` }} />
      {props.mark !== undefined && props.total > 0 && <b style={{ left: `${Math.min(100, (props.mark / props.total) * 100)}%` }} />}
    </div>
  );
}

/** The code page before anything is pasted. */
export const EmptyCode = (props: { title: string; lead: string }): ReactNode => <Empty title={props.title} lead={props.lead} />;
