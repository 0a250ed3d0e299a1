import { NotFound, Routes, Shell, type NavItem, type Route } from "@parterre/ui";
import type { ReactNode } from "react";
import "./messages.ts";
import "./counter.css";
import { OrdersPage } from "./orders.tsx";
import { ReservationsPage } from "./reservations.tsx";
import { SellPage } from "./sell.tsx";

const NAV: readonly NavItem[] = [{ to: "/", label: "counter.sell" }, { to: "/orders", label: "counter.last" }, { to: "/reservations", label: "r.list" }];
const ROUTES: readonly Route[] = [
  { path: "/", draw: () => <SellPage /> }, { path: "/orders", draw: () => <OrdersPage /> }, { path: "/orders/:id", draw: (p) => <OrdersPage id={p["id"]!} /> },
  { path: "/reservations", draw: () => <ReservationsPage /> },
];

export function App(): ReactNode {
  return <Shell page="counter" nav={NAV} wide><Routes routes={ROUTES} otherwise={<NotFound />} /></Shell>;
}
