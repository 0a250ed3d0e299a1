import {
  isEmpty,
  labelRows,
  numberSeats,
  numbersOf,
  rowLabels,
  SCHEMES,
  SchemeError,
  type RowScheme,
  type Scheme,
  type SchemeKind,
} from "@parterre/planeditor";
import { useState, type ReactNode } from "react";
import { useEditor, useWords } from "./context.tsx";
import { Choice, NumberField, TextField } from "./fields.tsx";

const NAMES: Readonly<Record<SchemeKind, readonly [string, string]>> = {
  "left-to-right": ["从左连续 1 2 3", "From the left 1 2 3"],
  "right-to-left": ["从右连续 3 2 1", "From the right 3 2 1"],
  "odd-even": ["单双号：左单右双", "Odd left, even right"],
  "even-odd": ["单双号：左双右单", "Even left, odd right"],
  odd: ["只用单号 1 3 5", "Odd only 1 3 5"],
  "odd-back": ["只用单号，从右 5 3 1", "Odd only, from the right 5 3 1"],
  even: ["只用双号 2 4 6", "Even only 2 4 6"],
  "even-back": ["只用双号，从右 6 4 2", "Even only, from the right 6 4 2"],
  letters: ["字母 A B C", "Letters A B C"],
  "letters-back": ["字母从右 C B A", "Letters from the right C B A"],
};
const list = (text: string): number[] =>
  text
    .split(/[\s,，、]+/)
    .filter((t) => /^\d+$/.test(t))
    .map(Number);

/** Numbering of seats and rows with a preview; what is printed changes, never which seat it is. */
export function NumberPanel(): ReactNode {
  const editor = useEditor("document", "selection"),
    say = useWords(),
    [scheme, setScheme] = useState<Scheme>({ kind: "odd-even" }),
    [skip, setSkip] = useState(""),
    [through, setThrough] = useState(false),
    [across, setAcross] = useState(false),
    [said, setSaid] = useState("");
  const [rows, setRows] = useState<RowScheme>({ kind: "numbers" }),
    [rowSkip, setRowSkip] = useState("");
  const full: Scheme = { ...scheme, skipNumbers: list(skip) },
    fullRows: RowScheme = { ...rows, skipNumbers: list(rowSkip) };
  const seats = attempt(() => numbersOf(full, 12).join(" ")),
    labels = attempt(() => rowLabels(fullRows, 12).join(" "));
  const bySides = /^(odd|even)/.test(scheme.kind),
    byLetters = scheme.kind.startsWith("letters");
  return (
    <section className="d-panel" aria-label={say("编号", "Numbering")}>
      <h2>{say("编号", "Numbering")}</h2>
      <p className="quiet">
        {isEmpty(editor.selection)
          ? say("作用于全部座位；先选中则只作用于所选的排。", "Goes for all seats; select rows first to number only those.")
          : say("作用于所选的排。", "Goes for the selected rows.")}
        {say("编号只改票面，不改变座位身份。", " Numbers change what is printed, never which seat it is.")}
      </p>
      <fieldset className="d-set">
        <legend>{say("座号", "Seats")}</legend>
        <Choice
          label={say("方式", "Scheme")}
          value={scheme.kind}
          options={SCHEMES.map((k) => [k, say(...NAMES[k])] as const)}
          onChange={(kind) => setScheme({ ...scheme, kind })}
        />
        <NumberField
          label={say("起始", "Start")}
          value={scheme.start ?? 1}
          min={1}
          max={9999}
          onChange={(start) => setScheme({ ...scheme, start })}
        />
        <TextField
          label={say("前缀", "Prefix")}
          value={scheme.prefix ?? ""}
          max={8}
          empty
          onChange={(prefix) => setScheme({ ...scheme, prefix })}
        />
        {byLetters && (
          <TextField
            label={say("跳过字母", "Letters left out")}
            value={scheme.skipLetters ?? ""}
            max={24}
            empty
            placeholder="I O Q"
            onChange={(s) => setScheme({ ...scheme, skipLetters: s.replace(/[^a-z]/gi, "").toUpperCase() })}
          />
        )}
        {!byLetters && !bySides && (
          <TextField label={say("跳过号码", "Numbers left out")} value={skip} max={60} empty placeholder="4, 13, 14" onChange={setSkip} />
        )}
        {!bySides && (
          <label className="d-check">
            <input type="checkbox" checked={through} onChange={(e) => setThrough(e.currentTarget.checked)} />
            {say("逐排接续", "Go on from row to row")}
          </label>
        )}
        {editor.plan.sections.size > 1 && (
          <label className="d-check">
            <input type="checkbox" checked={across} onChange={(e) => setAcross(e.currentTarget.checked)} />
            {say("跨区连编：同层同名的排算一排", "Across sections: rows of one name on a level are one")}
          </label>
        )}
        <output className="d-sample">{seats.text ?? fault(seats.fault, say)}</output>
        <button
          type="button"
          className="button"
          disabled={editor.readOnly || seats.text === null || editor.plan.rows.size === 0}
          onClick={() => {
            const n = numberSeats(editor, { scheme: full, through: through && !bySides, across });
            setSaid(say(`已为 ${n} 个座位编号。`, `${n} seats numbered.`));
          }}
        >
          {say("编座号", "Number the seats")}
        </button>
      </fieldset>
      <fieldset className="d-set">
        <legend>{say("排号", "Rows")}</legend>
        <Choice
          label={say("方式", "Scheme")}
          value={rows.kind}
          options={[
            ["numbers", say("数字", "Numbers")],
            ["letters", say("字母", "Letters")],
          ]}
          onChange={(kind) => setRows({ ...rows, kind })}
        />
        <NumberField
          label={say("起始", "Start")}
          value={rows.start ?? 1}
          min={1}
          max={9999}
          onChange={(start) => setRows({ ...rows, start })}
        />
        <TextField
          label={say("后缀", "Suffix")}
          value={rows.suffix ?? "排"}
          max={8}
          empty
          onChange={(suffix) => setRows({ ...rows, suffix })}
        />
        {rows.kind === "letters" ? (
          <TextField
            label={say("跳过字母", "Letters left out")}
            value={rows.skipLetters ?? ""}
            max={24}
            empty
            placeholder="I O"
            onChange={(s) => setRows({ ...rows, skipLetters: s.replace(/[^a-z]/gi, "").toUpperCase() })}
          />
        ) : (
          <TextField label={say("跳过号码", "Numbers left out")} value={rowSkip} max={60} empty placeholder="4, 13" onChange={setRowSkip} />
        )}
        <label className="d-check">
          <input
            type="checkbox"
            checked={rows.fromBack === true}
            onChange={(e) => setRows({ ...rows, fromBack: e.currentTarget.checked })}
          />
          {say("从后排起", "From the back")}
        </label>
        <output className="d-sample">{labels.text ?? fault(labels.fault, say)}</output>
        <button
          type="button"
          className="button"
          disabled={editor.readOnly || labels.text === null || editor.plan.rows.size === 0}
          onClick={() => {
            const n = labelRows(editor, fullRows);
            setSaid(say(`已为 ${n} 排命名。`, `${n} rows named.`));
          }}
        >
          {say("编排号", "Name the rows")}
        </button>
      </fieldset>
      <p role="status" aria-live="polite">
        {said}
      </p>
    </section>
  );
}

function attempt(work: () => string): { text: string | null; fault: string } {
  try {
    return { text: work(), fault: "" };
  } catch (e) {
    if (e instanceof SchemeError) return { text: null, fault: e.code };
    throw e;
  }
}
const fault = (code: string, say: (zh: string, en: string) => string): string =>
  code === "scheme.letters"
    ? say("跳过的字母太多，至少留两个。", "Too many letters are left out; keep two at least.")
    : code === "scheme.start"
      ? say("起始须为 1 到 100000 的整数。", "Start must be a whole number from 1 to 100,000.")
      : say("前缀最多 8 个字符，首尾无空格。", "The prefix has 8 characters at most and no blank at either end.");
