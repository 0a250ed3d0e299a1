import { EmptyState, NotFound, Routes, Shell, useT, type NavItem, type Route } from "@parterre/ui";
import type { ReactNode } from "react";

const NAV: readonly NavItem[] = [
  { to: "/", label: "shop.events" },
  { to: "/orders", label: "shop.orders" },
];

/** Stands in the place of a page whose interface is not connected yet. */
function Preparing(props: { title: string }): ReactNode {
  const text = useT();
  return <><h1>{text(props.title)}</h1><EmptyState title={text("state.preparing")}>{text("state.preparing-lead")}</EmptyState></>;
}

const ROUTES: readonly Route[] = NAV.map((n) => ({ path: n.to, draw: () => <Preparing title={n.label} /> }));

export function App(): ReactNode {
  return <Shell page="shop" nav={NAV}><Routes routes={ROUTES} otherwise={<NotFound />} /></Shell>;
}
