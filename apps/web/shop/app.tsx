import { ErrorState, Loading, NotFound, Routes, Shell, type NavItem, type Route } from "@parterre/ui";
import { useEffect, useState, type ReactNode } from "react";
import "./messages.ts";
import "./shop.css";
import { EventPage } from "./event.tsx";
import { ListPage } from "./list.tsx";
import { OrderPage } from "./order.tsx";
import { OrdersPage } from "./orders.tsx";
import { PeoplePage } from "./peoplepage.tsx";

const NAV: readonly NavItem[] = [
  { to: "/", label: "shop.events" },
  { to: "/orders", label: "shop.orders" },
];

/** A page that comes apart from the rest: the first page does not wait for it. */
function Later(props: { id: string; load: () => Promise<(props: { id: string }) => ReactNode> }): ReactNode {
  const [Page, setPage] = useState<((props: { id: string }) => ReactNode) | null>(null), [error, setError] = useState<unknown>(null);
  const load = (): void => { setError(null); props.load().then((p) => setPage(() => p), setError); };
  useEffect(load, []);
  if (error !== null) return <ErrorState error={error} onRetry={load} />;
  return Page === null ? <Loading /> : <Page id={props.id} />;
}
const seats = (): Promise<(props: { id: string }) => ReactNode> => import("./seats.tsx").then((m) => m.SeatsPage);
const queue = (): Promise<(props: { id: string }) => ReactNode> => import("./queue/page.tsx").then((m) => m.QueuePage);
const waitlist = (): Promise<(props: { id: string }) => ReactNode> => import("./waitlist/page.tsx").then((m) => m.WaitListPage);

const ROUTES: readonly Route[] = [
  { path: "/", draw: () => <ListPage /> },
  { path: "/sessions/:id", draw: (p) => <EventPage key={p["id"]} id={p["id"]!} /> },
  { path: "/sessions/:id/seats", draw: (p) => <Later key={`seats ${p["id"]}`} id={p["id"]!} load={seats} /> },
  { path: "/sessions/:id/queue", draw: (p) => <Later key={`queue ${p["id"]}`} id={p["id"]!} load={queue} /> },
  { path: "/sessions/:id/waitlist", draw: (p) => <Later key={`waitlist ${p["id"]}`} id={p["id"]!} load={waitlist} /> },
  { path: "/sessions/:id/people", draw: (p) => <PeoplePage key={p["id"]} id={p["id"]!} /> },
  { path: "/orders", draw: () => <OrdersPage /> },
  { path: "/orders/:id", draw: (p) => <OrderPage key={p["id"]} id={p["id"]!} /> },
];

export function App(): ReactNode {
  return <Shell page="shop" nav={NAV}><Routes routes={ROUTES} otherwise={<NotFound />} /></Shell>;
}
