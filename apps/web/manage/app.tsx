import { AntdProvider } from "@parterre/ui/antd";
import { EmptyState, NotFound, Routes, Shell, useT, type NavItem, type Route } from "@parterre/ui";
import type { ReactNode } from "react";

const NAV: readonly NavItem[] = [
  { to: "/", label: "manage.today" },
  { to: "/calendar", label: "manage.calendar" },
  { to: "/shows", label: "manage.shows" },
  { to: "/venues", label: "manage.venues" },
  { to: "/orders", label: "manage.orders" },
  { to: "/reports", label: "manage.reports" },
  { to: "/people", label: "manage.people" },
  { to: "/audit", label: "manage.audit" },
];

/** Stands in the place of a page whose interface is not connected yet. */
function Preparing(props: { title: string }): ReactNode {
  const text = useT();
  return <><h1>{text(props.title)}</h1><EmptyState title={text("state.preparing")}>{text("state.preparing-lead")}</EmptyState></>;
}

const ROUTES: readonly Route[] = NAV.map((n) => ({ path: n.to, draw: () => <Preparing title={n.label} /> }));

export function App(): ReactNode {
  return <AntdProvider><Shell page="manage" nav={NAV}><Routes routes={ROUTES} otherwise={<NotFound />} /></Shell></AntdProvider>;
}
