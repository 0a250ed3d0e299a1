import { AntdProvider } from "@parterre/ui/antd";
import { EmptyState, NotFound, Routes, Shell, useT, type NavItem, type Route } from "@parterre/ui";
import type { ReactNode } from "react";

const NAV: readonly NavItem[] = [
  { to: "/", label: "lab.timeline" },
  { to: "/rules", label: "lab.rules" },
  { to: "/conformance", label: "lab.conformance" },
];

/** Stands in the place of a page whose interface is not connected yet. */
function Preparing(props: { title: string }): ReactNode {
  const text = useT();
  return <><h1>{text(props.title)}</h1><EmptyState title={text("state.preparing")}>{text("state.preparing-lead")}</EmptyState></>;
}

const ROUTES: readonly Route[] = NAV.map((n) => ({ path: n.to, draw: () => <Preparing title={n.label} /> }));

export function App(): ReactNode {
  return <AntdProvider><Shell page="lab" nav={NAV}><Routes routes={ROUTES} otherwise={<NotFound />} /></Shell></AntdProvider>;
}
