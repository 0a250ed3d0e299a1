import { format, ProblemNote, useT } from "@parterre/ui";
import { InputNumber, Select } from "antd";
import { useState, type ReactNode } from "react";
import { useHttp } from "../lib/http.ts";
import { useDo, type Part } from "./dialogs.ts";

/** Parts a zone into sub-zones by seat quality. */
export function SplitForm(props: Part): ReactNode {
  const text = useT(),
    http = useHttp(),
    { map } = props,
    [zone, setZone] = useState(map.zones[0]?.no ?? 0),
    [bands, setBands] = useState(2),
    [step, setStep] = useState(20),
    { busy, problem, run } = useDo(props.onDone),
    z = map.zones.find((x) => x.no === zone);
  return (
    <div className="stack">
      <p className="quiet">{text("m.ms-lead")}</p>
      {problem !== null && <ProblemNote error={problem} />}
      <div className="form-grid">
        <label className="mini">
          <span className="label">{text("m.zone")}</span>
          <Select value={zone} onChange={setZone} options={map.zones.map((x) => ({ value: x.no, label: `${x.letter} ${x.name}` }))} />
        </label>
        <label className="mini">
          <span className="label">{text("m.ms-bands")}</span>
          <InputNumber min={2} max={8} precision={0} value={bands} onChange={(v) => setBands(v ?? 2)} />
        </label>
        <label className="mini">
          <span className="label">{text("m.ms-step")}</span>
          <InputNumber min={0} max={9_999_999} precision={2} value={step} onChange={(v) => setStep(v ?? 0)} />
        </label>
      </div>
      {z !== undefined && (
        <p role="status">{Array.from({ length: bands }, (_, i) => format.price(z.price - i * Math.round(step * 100))).join(" → ")}</p>
      )}
      <div>
        <button
          type="button"
          className="button main"
          disabled={busy || props.dirty}
          onClick={() =>
            run(() =>
              http.send("POST", `/api/v1/maps/${map.id}/zones/${zone}/split`, {
                version: map.version,
                bands,
                step: Math.round(step * 100),
              }),
            )
          }
        >
          {text("m.ms-go")}
        </button>
      </div>
    </div>
  );
}
