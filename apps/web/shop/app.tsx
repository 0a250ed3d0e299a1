import { ErrorState, Loading, NotFound, Routes, Shell, type NavItem, type Route } from "@parterre/ui";
import { useEffect, useState, type ReactNode } from "react";
import "./messages.ts";
import "./shop.css";
import { EventPage } from "./event.tsx";
import { ListPage } from "./list.tsx";
import { OrdersPage } from "./orders.tsx";

const NAV: readonly NavItem[] = [
  { to: "/", label: "shop.events" },
  { to: "/orders", label: "shop.orders" },
];

/** A page that comes apart from the rest: the first page does not wait for it. */
function Later(props: { id: string; load: () => Promise<(props: { id: string }) => ReactNode> }): ReactNode {
  const [Page, setPage] = useState<((props: { id: string }) => ReactNode) | null>(null),
    [error, setError] = useState<unknown>(null);
  const load = (): void => {
    setError(null);
    props.load().then((p) => setPage(() => p), setError);
  };
  useEffect(load, []);
  if (error !== null) return <ErrorState error={error} onRetry={load} />;
  return Page === null ? <Loading /> : <Page id={props.id} />;
}
const seats = (): Promise<(props: { id: string }) => ReactNode> => import("./seatspage.tsx").then((m) => m.SeatsPage);
const people = (): Promise<(props: { id: string }) => ReactNode> => import("./peoplepage.tsx").then((m) => m.PeoplePage);
const order = (): Promise<(props: { id: string }) => ReactNode> => import("./order.tsx").then((m) => m.OrderPage);
const queue = (): Promise<(props: { id: string }) => ReactNode> => import("./queue/page.tsx").then((m) => m.QueuePage);
const waitlist = (): Promise<(props: { id: string }) => ReactNode> => import("./waitlist/page.tsx").then((m) => m.WaitListPage);
const pack = (): Promise<(props: { id: string }) => ReactNode> => import("./packages/page.tsx").then((m) => m.PackagePage);
const bundle = (): Promise<(props: { id: string }) => ReactNode> => import("./packages/bundle.tsx").then((m) => m.BundlePage);
const paidDue = (): Promise<(props: { id: string }) => ReactNode> => import("./exchange/page.tsx").then((m) => m.ExchangeReturn);
const exchange = (): Promise<(props: { id: string }) => ReactNode> => import("./exchange/page.tsx").then((m) => m.ExchangePage);

const ROUTES: readonly Route[] = [
  { path: "/", draw: () => <ListPage /> },
  { path: "/sessions/:id", draw: (p) => <EventPage key={p["id"]} id={p["id"]!} /> },
  { path: "/sessions/:id/seats", draw: (p) => <Later key={`seats ${p["id"]}`} id={p["id"]!} load={seats} /> },
  { path: "/sessions/:id/queue", draw: (p) => <Later key={`queue ${p["id"]}`} id={p["id"]!} load={queue} /> },
  { path: "/sessions/:id/waitlist", draw: (p) => <Later key={`waitlist ${p["id"]}`} id={p["id"]!} load={waitlist} /> },
  { path: "/sessions/:id/people", draw: (p) => <Later key={`people ${p["id"]}`} id={p["id"]!} load={people} /> },
  { path: "/packages/:id", draw: (p) => <Later key={`pack ${p["id"]}`} id={p["id"]!} load={pack} /> },
  { path: "/bundles/:id", draw: (p) => <Later key={`bundle ${p["id"]}`} id={p["id"]!} load={bundle} /> },
  { path: "/orders", draw: () => <OrdersPage /> },
  { path: "/orders/:id/exchange/:due", draw: (p) => <Later key={`due ${p["due"]}`} id={p["due"]!} load={paidDue} /> },
  { path: "/orders/:id/exchange", draw: (p) => <Later key={`exchange ${p["id"]}`} id={p["id"]!} load={exchange} /> },
  { path: "/orders/:id", draw: (p) => <Later key={`order ${p["id"]}`} id={p["id"]!} load={order} /> },
];

export function App(): ReactNode {
  return (
    <Shell page="shop" nav={NAV}>
      <Routes routes={ROUTES} otherwise={<NotFound />} />
    </Shell>
  );
}
