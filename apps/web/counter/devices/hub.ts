import { safeGet, safeSet, shortcuts } from "@parterre/ui";
import { useSyncExternalStore } from "react";
import { followCards, print as printAtEdge, type EdgeState } from "./edge.ts";
import type { Card } from "./frames.ts";
import { serialApi, watchReader, type SerialLine } from "./serial.ts";
import { listenWedge, readCard } from "./wedge.ts";
import { codeExpected, deliverCodeLater, meantAsDocument, payCode } from "../scan/code.ts";

/** What stands at this counter, as this browser remembers it. Nothing here is of a customer. */
export interface Settings {
  readonly edge: string;
  readonly token: string;
  readonly printer: "browser" | "edge" | "usb";
  readonly paper: "80" | "58";
  readonly auto: boolean;
  readonly counter: string;
  readonly name: string;
  readonly venue: string;
}
const KEY = "parterre.counter.devices",
  EMPTY: Settings = {
    edge: "https://localhost:8455",
    token: "",
    printer: "browser",
    paper: "80",
    auto: true,
    counter: "",
    name: "",
    venue: "",
  };
export type ReaderState = "off" | "waiting" | "live" | "fault";
export interface Devices {
  readonly settings: Settings;
  readonly serial: ReaderState;
  readonly edge: ReaderState | "moved";
  readonly fault: string | null;
  readonly last: { readonly number: string; readonly at: number } | null;
}

function read(): Settings {
  try {
    return { ...EMPTY, ...(JSON.parse(safeGet(KEY) ?? "{}") as Partial<Settings>) };
  } catch {
    return EMPTY;
  }
}
let state: Devices = { settings: EMPTY, serial: "off", edge: "off", fault: null, last: null };
const listeners = new Set<() => void>(),
  takers: ((card: Card) => void)[] = [];
const set = (part: Partial<Devices>): void => {
  state = { ...state, ...part };
  for (const l of listeners) l();
};
export const useDevices = (): Devices =>
  useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    () => state,
  );
export const devices = (): Devices => state;

/** Takes the cards that are read until the returned function is called; the one that began last gets them. */
export function onCard(take: (card: Card) => void): () => void {
  takers.push(take);
  return () => {
    const i = takers.lastIndexOf(take);
    if (i >= 0) takers.splice(i, 1);
  };
}
/** A card is handed over once and not kept; what stays is its masked number. */
function deliver(card: Card): void {
  set({ fault: null, last: { number: `${card.number.slice(0, 6)}********${card.number.slice(-4)}`, at: Date.now() } });
  takers.at(-1)?.(card);
}

export function change(part: Partial<Settings>): void {
  const settings = { ...state.settings, ...part };
  safeSet(KEY, JSON.stringify(settings));
  set({ settings });
  if ("edge" in part || "token" in part) followEdge();
}

let stopEdge: (() => void) | null = null;
function followEdge(): void {
  stopEdge?.();
  stopEdge = null;
  const { edge, token } = state.settings;
  if (edge === "" || token === "") {
    set({ edge: "off" });
    return;
  }
  set({ edge: "waiting" });
  stopEdge = followCards(edge, token, {
    card: deliver,
    fault: (code) => set({ fault: code }),
    state: (s: EdgeState) => set({ edge: s === "refused" ? "fault" : s }),
  });
}

let stopSerial: AbortController | null = null;
/** Opens a reader at a port of this machine (Web Serial). false: the browser has none, or nobody chose a port. */
export async function connectSerial(): Promise<boolean> {
  const api = serialApi();
  if (api === null) return false;
  try {
    openSerial(await api.requestPort());
    return true;
  } catch {
    return false;
  }
}
function openSerial(line: SerialLine): void {
  stopSerial?.abort();
  const stop = (stopSerial = new AbortController());
  set({ serial: "waiting" });
  void watchReader(
    line,
    115_200,
    {
      card: deliver,
      ready: () => set({ serial: "live", fault: null }),
      fault: (f) => set({ fault: `reader.${f}`, ...(f === "silent" || f === "port" ? { serial: "fault" } : {}) }),
    },
    stop.signal,
  ).then(() => {
    if (stop === stopSerial) set({ serial: stop.signal.aborted ? "off" : "fault" });
  });
}
export function disconnectSerial(): void {
  stopSerial?.abort();
  stopSerial = null;
  set({ serial: "off" });
}

/** A payment code in what was typed goes to whoever takes one; when none is expected, a document comes first. */
function scannedCode(text: string): boolean {
  const found = payCode(text);
  if (found === null || (!codeExpected() && (readCard(text) !== null || meantAsDocument(text, new Date().getFullYear())))) return false;
  return deliverCodeLater(found.code);
}

/** Begins to listen: the wedge at once, the device program if it was paired, a port that was allowed before. */
export function startDevices(): () => void {
  set({ settings: read() });
  const stopWedge = listenWedge({ card: deliver, wrong: () => set({ fault: "reader.digits" }), code: scannedCode }, (e) =>
    shortcuts.press(e, false),
  );
  followEdge();
  void serialApi()
    ?.getPorts()
    .then((ports) => {
      if (ports[0] !== undefined) openSerial(ports[0]);
    })
    .catch(() => undefined);
  return () => {
    stopWedge();
    stopEdge?.();
    stopEdge = null;
    disconnectSerial();
  };
}

// ---- printing ----

interface UsbDevice {
  opened: boolean;
  configuration: {
    interfaces: readonly {
      interfaceNumber: number;
      alternate: { interfaceClass: number; endpoints: readonly { direction: string; type: string; endpointNumber: number }[] };
    }[];
  } | null;
  open(): Promise<void>;
  selectConfiguration(n: number): Promise<void>;
  claimInterface(n: number): Promise<void>;
  transferOut(endpoint: number, data: BufferSource): Promise<unknown>;
}
interface UsbApi {
  requestDevice(o: { filters: readonly { classCode: number }[] }): Promise<UsbDevice>;
  getDevices(): Promise<readonly UsbDevice[]>;
}
export const usbApi = (): UsbApi | null => (navigator as { usb?: UsbApi }).usb ?? null;
const PRINTER = 7; // USB class
export async function chooseUsb(): Promise<boolean> {
  try {
    await usbApi()!.requestDevice({ filters: [{ classCode: PRINTER }] });
    return true;
  } catch {
    return false;
  }
}
async function printAtUsb(job: Uint8Array): Promise<void> {
  const device = (await usbApi()?.getDevices())?.[0];
  if (device === undefined) throw new Error("edge.printer");
  if (!device.opened) await device.open();
  if (device.configuration === null) await device.selectConfiguration(1);
  const face = device.configuration!.interfaces.find((i) => i.alternate.interfaceClass === PRINTER),
    out = face?.alternate.endpoints.find((e) => e.direction === "out" && e.type === "bulk");
  if (face === undefined || out === undefined) throw new Error("edge.printer");
  await device.claimInterface(face.interfaceNumber).catch(() => undefined); // ours already
  await device.transferOut(out.endpointNumber, job as BufferSource);
}

/** Whether jobs go to a receipt printer; else the browser prints PDFs. */
export const hasPrinter = (): boolean => state.settings.printer !== "browser";
export async function printJob(job: Uint8Array): Promise<void> {
  const { settings } = state;
  if (settings.printer === "usb") await printAtUsb(job);
  else await printAtEdge(settings.edge, settings.token, job);
}
