import { addMessages, format, useLanguage, useT } from "@parterre/ui";
import { Select } from "antd";
import type { ReactNode } from "react";
import { useLoad } from "../lib/load.ts";
import { SubNav } from "../lib/parts.tsx";
import type { Session, Show } from "../lib/wire.ts";
import * as own from "./messages.ts";
import * as reservations from "./reserve/messages.ts";
import * as discount from "./discount/messages.ts";
import * as texts from "./text/messages.ts";
import * as wait from "./wait/messages.ts";

addMessages({
  zh: { ...own.zh, ...reservations.zh, ...wait.zh, ...texts.zh, ...discount.zh },
  en: { ...own.en, ...reservations.en, ...wait.en, ...texts.en, ...discount.en },
});

const PAGES = [
  ["/offers", "r.title"],
  ["/offers/waiting", "wl.title"],
  ["/offers/discounts", "x.title"],
  ["/offers/vouchers", "v.title"],
  ["/offers/messages", "sms.title"],
] as const;

/** What is sold otherwise than at once and at the full price. */
export function OffersNav(): ReactNode {
  const text = useT();
  return <SubNav label={text("o.title")} pages={PAGES} />;
}

interface Line {
  readonly id: string;
  readonly words: string;
}
/** The sessions in words, those to come first. */
export function useSessions(): readonly Line[] {
  const lang = useLanguage();
  const list = useLoad("offer-sessions", async (h, s) => {
    const [sessions, shows] = await Promise.all([
      h.get<{ items: readonly Session[] }>("/api/v1/sessions", { size: 200 }, s),
      h.get<{ items: readonly Show[] }>("/api/v1/shows", { size: 200 }, s),
    ]);
    return { sessions: sessions.items, shows: new Map(shows.items.map((x) => [x.id, x])) };
  });
  return (list.data?.sessions ?? []).map((x) => {
    const show = list.data!.shows.get(x.showId);
    return {
      id: x.id,
      words: `${(lang === "en" && show?.titleEn ? show.titleEn : show?.title) ?? ""} ${format.dateTime(x.startsAt, lang)}`,
    };
  });
}

export function SessionSelect(props: { value: string | null; onChange: (id: string | null) => void; allow?: boolean }): ReactNode {
  const text = useT(),
    sessions = useSessions();
  return (
    <Select
      showSearch={{ optionFilterProp: "label" }}
      allowClear={props.allow !== false}
      aria-label={text("m.session")}
      placeholder={text(props.allow === false ? "m.session" : "r.every-session")}
      value={props.value}
      onChange={(v) => props.onChange(v ?? null)}
      options={sessions.map((s) => ({ value: s.id, label: s.words }))}
      style={{ minWidth: 260 }}
    />
  );
}
