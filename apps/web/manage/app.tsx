import { addMessages, Link, NotFound, Routes, Shell, usePath, useT, type NavItem, type Route } from "@parterre/ui";
import { AntdProvider } from "@parterre/ui/antd";
import { lazy, Suspense, type ReactNode } from "react";
import { MeProvider, useMe, useSignOut } from "./lib/me.tsx";
import { en } from "./locales/en.ts";
import { zh } from "./locales/zh.ts";
import { AuditPage } from "./pages/audit.tsx";
import { CodesPage } from "./pages/codes.tsx";
import { DayTotalPage, InvoicesPage } from "./season/money.tsx";
import { SessionPeoplePage } from "./season/people.tsx";
import { BundlePage } from "./season/bundle.tsx";
import { PackagePage } from "./season/package.tsx";
import { PackagesPage } from "./season/packages.tsx";
import { DevicesPage, KeysPage } from "./pages/machines.tsx";
import { HallPage } from "./pages/hall.tsx";
import { OrderPage } from "./pages/order.tsx";
import { OrdersPage } from "./pages/orders.tsx";
import { RetentionPage } from "./pages/retention.tsx";
import { PaymentsPage } from "./pages/payments.tsx";
import { PasswordPage } from "./pages/password.tsx";
import { DeliveryPage } from "./pages/delivery.tsx";
import { DeliveriesPage, ReportDayPage, ReportsPage } from "./pages/reports.tsx";
import { ReservationsPage } from "./offers/reservations.tsx";
import { DiscountsPage } from "./offers/discounts.tsx";
import { TextsPage } from "./offers/text/page.tsx";
import { VouchersPage } from "./offers/vouchers.tsx";
import { WaitListsPage } from "./offers/waitlist.tsx";
import { SessionFormPage } from "./pages/sessionform.tsx";
import { SessionPage } from "./pages/session.tsx";
import { ShowFormPage } from "./pages/showform.tsx";
import { ShowPage } from "./pages/show.tsx";
import { ShowsPage } from "./pages/shows.tsx";
import { TodayPage } from "./pages/today.tsx";
import { UserPage, UsersPage } from "./pages/users.tsx";
import { VenuePage, VenuesPage } from "./pages/venues.tsx";

addMessages({ zh, en });
// The map designer is heavy and few open it.
const PricesPage = lazy(() => import("./prices/page.tsx").then((m) => ({ default: m.PricesPage })));
const MapPage = lazy(() => import("./map/page.tsx").then((m) => ({ default: m.MapPage })));
const WaitingPage = lazy(() => import("./waiting/page.tsx").then((m) => ({ default: m.WaitingPage })));
const AgentsPage = lazy(() => import("./agents/list.tsx").then((m) => ({ default: m.AgentsPage })));
const AgentPage = lazy(() => import("./agents/page.tsx").then((m) => ({ default: m.AgentPage })));
const DesignPage = lazy(() => import("./designer/page.tsx").then((m) => ({ default: m.DesignPage })));

/** Navigation by right: who may not read a thing does not see its entry. */
const NAV: readonly (NavItem & { readonly needs: readonly string[] })[] = [
  { to: "/", label: "manage.today", needs: [] },
  { to: "/shows", label: "manage.shows", under: ["/sessions", "/packages", "/bundles"], needs: ["show.read"] },
  { to: "/venues", label: "manage.venues", under: ["/plans"], needs: ["venue.read"] },
  { to: "/orders", label: "manage.orders", under: ["/invoices", "/day-totals"], needs: ["sales.read"] },
  { to: "/agents", label: "m.agents", needs: ["channel.read"] },
  { to: "/offers", label: "o.title", needs: ["sales.read"] },
  { to: "/payments", label: "pay.title", needs: ["pay.read"] },
  { to: "/reports", label: "manage.reports", needs: ["report.read"] },
  { to: "/people", label: "manage.people", needs: ["access.read"] },
  { to: "/devices", label: "m.devices", needs: ["device.read"] },
  { to: "/retention", label: "ret.title", needs: ["ops.read"] },
  { to: "/audit", label: "manage.audit", needs: ["audit.read"] },
  { to: "/codes", label: "m.codes", needs: [] },
];

const ROUTES: readonly Route[] = [
  { path: "/", draw: () => <TodayPage /> },
  { path: "/shows", draw: () => <ShowsPage /> },
  { path: "/shows/new", draw: () => <ShowFormPage /> },
  { path: "/shows/:id", draw: (p) => <ShowPage id={p["id"]!} /> },
  { path: "/shows/:id/edit", draw: (p) => <ShowFormPage id={p["id"]!} /> },
  { path: "/shows/:id/sessions/new", draw: (p) => <SessionFormPage show={p["id"]!} /> },
  { path: "/shows/:id/packages", draw: (p) => <PackagesPage show={p["id"]!} /> },
  { path: "/packages/:id", draw: (p) => <PackagePage id={p["id"]!} /> },
  { path: "/bundles/:id", draw: (p) => <BundlePage id={p["id"]!} /> },
  { path: "/sessions/:id", draw: (p) => <SessionPage id={p["id"]!} /> },
  { path: "/sessions/:id/people", draw: (p) => <SessionPeoplePage id={p["id"]!} /> },
  { path: "/invoices", draw: () => <InvoicesPage /> },
  { path: "/day-totals", draw: () => <DayTotalPage /> },
  { path: "/day-totals/:day", draw: (p) => <DayTotalPage key={p["day"]} day={p["day"]!} /> },
  {
    path: "/sessions/:id/map",
    draw: (p) => (
      <Suspense>
        <MapPage session={p["id"]!} />
      </Suspense>
    ),
  },
  {
    path: "/sessions/:id/prices",
    draw: (p) => (
      <Suspense>
        <PricesPage session={p["id"]!} />
      </Suspense>
    ),
  },
  {
    path: "/sessions/:id/queue",
    draw: (p) => (
      <Suspense>
        <WaitingPage session={p["id"]!} />
      </Suspense>
    ),
  },
  {
    path: "/agents",
    draw: () => (
      <Suspense>
        <AgentsPage />
      </Suspense>
    ),
  },
  {
    path: "/agents/:id",
    draw: (p) => (
      <Suspense>
        <AgentPage id={p["id"]!} />
      </Suspense>
    ),
  },
  { path: "/venues", draw: () => <VenuesPage /> },
  { path: "/venues/:id", draw: (p) => <VenuePage id={p["id"]!} /> },
  { path: "/venues/:venue/halls/:hall", draw: (p) => <HallPage venue={p["venue"]!} hall={p["hall"]!} /> },
  {
    path: "/plans/:plan/design",
    draw: (p) => (
      <Suspense>
        <DesignPage plan={p["plan"]!} />
      </Suspense>
    ),
  },
  { path: "/orders", draw: () => <OrdersPage /> },
  { path: "/orders/:id", draw: (p) => <OrderPage id={p["id"]!} /> },
  { path: "/offers", draw: () => <ReservationsPage /> },
  { path: "/offers/discounts", draw: () => <DiscountsPage /> },
  { path: "/offers/vouchers", draw: () => <VouchersPage /> },
  { path: "/retention", draw: () => <RetentionPage /> },
  { path: "/offers/messages", draw: () => <TextsPage /> },
  { path: "/offers/waiting", draw: () => <WaitListsPage /> },
  { path: "/payments", draw: () => <PaymentsPage /> },
  { path: "/reports", draw: () => <ReportsPage /> },
  { path: "/reports/deliveries", draw: () => <DeliveriesPage /> },
  { path: "/reports/days/:day", draw: (p) => <ReportDayPage day={p["day"]!} /> },
  { path: "/reports/channels/:channel/:seq", draw: (p) => <DeliveryPage channel={p["channel"]!} seq={p["seq"]!} /> },
  { path: "/people", draw: () => <UsersPage /> },
  { path: "/people/keys", draw: () => <KeysPage /> },
  { path: "/people/:id", draw: (p) => <UserPage id={p["id"]!} /> },
  { path: "/devices", draw: () => <DevicesPage /> },
  { path: "/audit", draw: () => <AuditPage /> },
  { path: "/codes", draw: () => <CodesPage /> },
  { path: "/password", draw: () => <PasswordPage /> },
];

function Frame(): ReactNode {
  const { me, can } = useMe(),
    path = usePath();
  const nav = NAV.filter((n) => n.needs.length === 0 || can(...n.needs));
  if (me.mustChangePassword)
    return (
      <Shell page="manage" end={<UserBox />}>
        <PasswordPage first />
      </Shell>
    );
  return (
    <Shell page="manage" nav={nav} wide={/^\/sessions\/[^/]+\/map$/.test(path)} end={<UserBox />}>
      <Routes routes={ROUTES} otherwise={<NotFound />} />
    </Shell>
  );
}

function UserBox(): ReactNode {
  const text = useT(),
    { me } = useMe(),
    signOut = useSignOut(),
    path = usePath();
  return (
    <>
      <span className="userbox">
        <Link to="/password" className="who" aria-current={path === "/password" ? "page" : undefined}>
          {me.name}
        </Link>
      </span>
      <button
        type="button"
        className="button plain"
        onClick={() => {
          void signOut().catch(() => {
            /* signed out here all the same */
          });
        }}
      >
        {text("action.sign-out")}
      </button>
    </>
  );
}

export function App(): ReactNode {
  return (
    <AntdProvider>
      <MeProvider>
        <Frame />
      </MeProvider>
    </AntdProvider>
  );
}
