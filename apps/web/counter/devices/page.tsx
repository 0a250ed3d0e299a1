import { showProblem, toast, useLanguage, useT } from "@parterre/ui";
import { useState, type ReactNode } from "react";
import { openDrawer } from "../print.ts";
import { EdgeRefusal, hello, pair } from "./edge.ts";
import { change, chooseUsb, connectSerial, disconnectSerial, hasPrinter, usbApi, useDevices, type ReaderState } from "./hub.ts";
import { serialApi } from "./serial.ts";

const TONE: Readonly<Record<string, string>> = { live: "ok", fault: "bad", waiting: "wait", off: "", moved: "wait" };

/** The reader's state in the header: one line that leads to the devices. */
export function ReaderChip(): ReactNode {
  const text = useT(),
    d = useDevices(),
    best = [d.serial, d.edge].find((s) => s === "live") ?? [d.serial, d.edge].find((s) => s !== "off") ?? "off";
  return (
    <span className={`reader-chip ${TONE[best] ?? ""}`} role="status">
      <i aria-hidden="true" />
      {text("d.reader")} {d.fault !== null ? text(`d.fault.${d.fault}`) : text(`d.reader.${best}`)}
    </span>
  );
}

export function DevicesPage(): ReactNode {
  const text = useT(),
    d = useDevices(),
    state = (s: ReaderState | "moved"): string => text(`d.reader.${s === "off" ? "fault" : s}`);
  return (
    <div className="sheet">
      <h1>{text("d.devices")}</h1>
      <p role="status">
        {d.last === null ? text("d.no-card") : text("d.last-card", { number: d.last.number })}
        {d.fault !== null && <b className="warn"> {text(`d.fault.${d.fault}`)}</b>}
      </p>
      <section className="card">
        <h2>{text("d.wedge")}</h2>
        <p className="quiet">{text("d.wedge-lead")}</p>
      </section>
      <section className="card">
        <h2>
          {text("d.serial")} <small className="quiet">{state(d.serial)}</small>
        </h2>
        <p className="quiet">{text(serialApi() === null ? "d.serial-none" : "d.serial-lead")}</p>
        {serialApi() !== null &&
          (d.serial === "live" || d.serial === "waiting" ? (
            <button type="button" className="button" onClick={disconnectSerial}>
              {text("d.disconnect")}
            </button>
          ) : (
            <button type="button" className="button" onClick={() => void connectSerial()}>
              {text("d.connect")}
            </button>
          ))}
      </section>
      <EdgeCard state={state(d.edge)} />
      <PrinterCard />
    </div>
  );
}

function EdgeCard(props: { state: string }): ReactNode {
  const text = useT(),
    d = useDevices(),
    [address, setAddress] = useState(d.settings.edge),
    [code, setCode] = useState(""),
    [error, setError] = useState<string | null>(null),
    [busy, setBusy] = useState(false);
  const go = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const token = await pair(address, code),
        found = await hello(address, token);
      change({ edge: address, token });
      setCode("");
      if (!found.reader) setError(text("d.edge-no-reader"));
      if (found.printer) change({ printer: "edge" });
    } catch (e) {
      setError(text(e instanceof EdgeRefusal && e.code === "edge.code" ? "d.edge-code-bad" : "d.edge-bad"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card">
      <h2>
        {text("d.edge")} <small className="quiet">{d.settings.token === "" ? "" : props.state}</small>
      </h2>
      <p className="quiet">{text("d.edge-lead")}</p>
      {error !== null && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      {d.settings.token !== "" ? (
        <div className="row">
          <span>
            {text("d.paired")} {d.settings.edge}
          </span>
          <button
            type="button"
            className="button"
            onClick={() => change({ token: "", ...(d.settings.printer === "edge" ? { printer: "browser" } : {}) })}
          >
            {text("d.unpair")}
          </button>
        </div>
      ) : (
        <form
          className="inline"
          onSubmit={(e) => {
            e.preventDefault();
            void go();
          }}
        >
          <label>
            {text("d.edge-address")}
            <input value={address} onChange={(e) => setAddress(e.currentTarget.value.replace(/\/+$/, ""))} />
          </label>
          <label>
            {text("d.edge-code")}
            <input inputMode="numeric" autoComplete="off" value={code} onChange={(e) => setCode(e.currentTarget.value)} />
          </label>
          <button className="button main" disabled={busy || code.replace(/\s/g, "").length !== 8}>
            {text("d.pair")}
          </button>
        </form>
      )}
    </section>
  );
}

function PrinterCard(): ReactNode {
  const text = useT(),
    lang = useLanguage(),
    { settings } = useDevices(),
    [reason, setReason] = useState("");
  const pick = async (printer: "browser" | "edge" | "usb"): Promise<void> => {
    if (printer !== "usb" || (await chooseUsb())) change({ printer });
  };
  const kick = async (): Promise<void> => {
    try {
      await openDrawer(reason.trim());
      toast("success", text("d.drawer-done"));
      setReason("");
    } catch (e) {
      toast(
        "warning",
        text("d.print-bad", { why: e instanceof Error && e.message.startsWith("edge.") ? text("d.print-why") : showProblem(e, lang).text }),
      );
    }
  };
  return (
    <section className="card">
      <h2>{text("d.printer")}</h2>
      <fieldset>
        <legend className="visually-hidden">{text("d.printer")}</legend>
        {(["browser", "edge", "usb"] as const).map((p) => (
          <label key={p} className="check">
            <input
              type="radio"
              name="printer"
              checked={settings.printer === p}
              disabled={(p === "edge" && settings.token === "") || (p === "usb" && usbApi() === null)}
              onChange={() => void pick(p)}
            />
            {text(`d.printer.${p}`)}
          </label>
        ))}
      </fieldset>
      <label className="check">
        {text("d.paper")}
        <select value={settings.paper} onChange={(e) => change({ paper: e.currentTarget.value as "80" | "58" })}>
          {["80", "58"].map((n) => (
            <option key={n} value={n}>
              {text("d.paper-n", { n })}
            </option>
          ))}
        </select>
      </label>
      <label className="check">
        <input type="checkbox" checked={settings.auto} onChange={(e) => change({ auto: e.currentTarget.checked })} />
        {text("d.auto")}
      </label>
      {hasPrinter() && (
        <form
          className="inline"
          onSubmit={(e) => {
            e.preventDefault();
            void kick();
          }}
        >
          <label>
            {text("d.drawer-reason")}
            <input maxLength={200} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
          </label>
          <button className="button" disabled={reason.trim() === ""}>
            {text("d.drawer")}
          </button>
        </form>
      )}
    </section>
  );
}
