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

type Seats = typeof import("./seats.tsx");
/** The map comes apart from the rest: the first page does not wait for it. */
function SeatsLater(props: { id: string }): ReactNode {
  const [page, setPage] = useState<Seats | null>(null), [error, setError] = useState<unknown>(null);
  const load = (): void => { setError(null); import("./seats.tsx").then((m) => setPage(m), setError); };
  useEffect(load, []);
  if (error !== null) return <ErrorState error={error} onRetry={load} />;
  return page === null ? <Loading /> : <page.SeatsPage id={props.id} />;
}

const ROUTES: readonly Route[] = [
  { path: "/", draw: () => <ListPage /> },
  { path: "/sessions/:id", draw: (p) => <EventPage key={p["id"]} id={p["id"]!} /> },
  { path: "/sessions/:id/seats", draw: (p) => <SeatsLater key={p["id"]} id={p["id"]!} /> },
  { path: "/sessions/:id/people", draw: (p) => <PeoplePage key={p["id"]} id={p["id"]!} /> },
  { path: "/orders", draw: () => <OrdersPage /> },
  { path: "/orders/:id", draw: (p) => <OrderPage key={p["id"]} id={p["id"]!} /> },
];

export function App(): ReactNode {
  return <Shell page="shop" nav={NAV}><Routes routes={ROUTES} otherwise={<NotFound />} /></Shell>;
}
