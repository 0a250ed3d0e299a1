import { request } from "@parterre/api";
import { language } from "@parterre/ui";
import { devices, hasPrinter, printJob } from "./devices/hub.ts";
import { post } from "./wire.ts";

interface Printable {
  readonly id: string;
  readonly pdf?: string | undefined;
  readonly tickets: readonly { readonly seat: number; readonly state?: string }[];
}
const job = async (path: string): Promise<Uint8Array> =>
  new Uint8Array(await (await request(`/api/v1${path}`, { language: language() })).arrayBuffer());

/** Prints an order's tickets, or one of them: on the receipt printer, else as PDF in a tab of its own. count: the print is counted; a reprint was counted already. */
export async function printTickets(o: Printable, seat?: number, count = true): Promise<void> {
  const paper = devices().settings.paper,
    one = seat === undefined ? "" : `&seat=${seat}`;
  if (hasPrinter()) await printJob(await job(`/counter/orders/${o.id}/slip.escpos?what=tickets&paper=${paper}${one}&lang=${language()}`));
  else window.open(`/api/v1/counter/orders/${o.id}/tickets.pdf?medium=stock${one}&lang=${language()}`, "_blank", "noopener");
  if (!count) return;
  const seats = seat !== undefined ? [seat] : o.tickets.filter((t) => t.state === undefined || t.state === "valid").map((t) => t.seat);
  await post(`/orders/${o.id}/printed`, { seats });
}
/** Prints the receipt; cash opens the drawer. */
export async function printReceipt(order: string, taken: number, cash: boolean): Promise<void> {
  await printJob(
    await job(
      `/counter/orders/${order}/slip.escpos?what=receipt&paper=${devices().settings.paper}${taken > 0 ? `&taken=${taken}` : ""}${cash ? "&drawer=1" : ""}&lang=${language()}`,
    ),
  );
}
export async function openDrawer(reason: string): Promise<void> {
  const answer = await request("/api/v1/counter/drawer.escpos", { method: "POST", body: { reason }, language: language() });
  await printJob(new Uint8Array(await answer.arrayBuffer()));
}
