import { navigate, NotFound, Routes, Shell, shortcuts, type NavItem, type Route } from "@parterre/ui";
import { useEffect, type ReactNode } from "react";
import "./messages.ts";
import "./counter.css";
import { OrdersPage } from "./orders.tsx";
import { ReservationsPage } from "./reservations.tsx";
import { deskNow } from "./desk.ts";
import { startDevices } from "./devices/hub.ts";
import { DevicesPage, ReaderChip } from "./devices/page.tsx";
import { PackagesPage } from "./packages/page.tsx";
import { SellPage } from "./sell.tsx";
import { ShiftChip } from "./shiftchip.tsx";
import { ShiftPage } from "./shift.tsx";

const NAV: readonly NavItem[] = [
  { to: "/", label: "counter.sell" },
  { to: "/orders", label: "counter.last" },
  { to: "/reservations", label: "r.list" },
  { to: "/shift", label: "d.shift" },
  { to: "/devices", label: "d.devices" },
];
const ROUTES: readonly Route[] = [
  { path: "/", draw: () => <SellPage /> },
  { path: "/orders", draw: () => <OrdersPage /> },
  { path: "/orders/:id", draw: (p) => <OrdersPage id={p["id"]!} /> },
  { path: "/shift", draw: () => <ShiftPage /> },
  { path: "/devices", draw: () => <DevicesPage /> },
  { path: "/packages", draw: () => <PackagesPage /> },
  { path: "/reservations", draw: () => <ReservationsPage /> },
];

export function App(): ReactNode {
  useEffect(() => startDevices(), []);
  useEffect(
    () =>
      shortcuts.add(
        {
          id: "last",
          keys: "F2",
          label: "d.k.last",
          run: () => {
            const { lastOrder } = deskNow();
            navigate(lastOrder === null ? "/orders" : `/orders/${lastOrder}`);
          },
        },
        {
          id: "find",
          keys: "F3",
          label: "d.k.find",
          run: () => {
            navigate("/orders");
            requestAnimationFrame(() => document.getElementById("find")?.focus());
          },
        },
      ),
    [],
  );
  return (
    <Shell
      page="counter"
      nav={NAV}
      wide
      end={
        <>
          <ShiftChip />
          <ReaderChip />
        </>
      }
    >
      <Routes routes={ROUTES} otherwise={<NotFound />} />
    </Shell>
  );
}
