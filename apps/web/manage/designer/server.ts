import { ApiProblem, CSRF_HEADER, IDEMPOTENCY_HEADER, mayRetry, readProblem } from "@parterre/api";
import { OfflineError, StaleError, type PlanServer, type Stored } from "@parterre/planeditor";
import { parsePlan, type Plan } from "@parterre/planmodel";
import { language } from "@parterre/ui";

export interface PlanInfo {
  readonly id: string;
  readonly hallId: string;
  readonly number: number;
  readonly state: "draft" | "published";
  readonly name: string;
  readonly version: number;
  readonly changedAt: string;
  readonly changedBy?: string;
}

/** How a picture to trace lies in the plan: millimetres, millimetres a pixel, percent. */
export interface Placing {
  readonly x: number;
  readonly y: number;
  readonly mmPerPixel: number;
  readonly opacity: number;
}
export interface Underlay extends Placing {
  readonly level: string;
  readonly hash: string;
  readonly width: number;
  readonly height: number;
}

async function call(method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(path, {
    method,
    credentials: "same-origin",
    signal: AbortSignal.timeout(60_000),
    ...(body === undefined ? {} : { body }),
    headers: {
      "Accept-Language": language() === "zh" ? "zh-CN" : "en",
      [CSRF_HEADER]: "1",
      ...(method === "GET" ? {} : { [IDEMPOTENCY_HEADER]: crypto.randomUUID() }),
      ...headers,
    },
  });
  if (!response.ok) throw await readProblem(response);
  return response;
}

async function gzip(text: string): Promise<Blob> {
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).blob();
}

/** One plan of the server. Refusals stay ApiProblem but for the two that the autosave knows. */
export class HttpPlanServer implements PlanServer {
  constructor(readonly id: string) {}

  async info(): Promise<PlanInfo> {
    return (await (await call("GET", `/api/v1/plans/${this.id}`)).json()) as PlanInfo;
  }

  /** Who saved last, where one may read the audit log. */
  private async changer(info: PlanInfo): Promise<string | null> {
    if (info.changedBy !== undefined) return info.changedBy;
    try {
      const page = (await (
        await call("GET", `/api/v1/audit?target=ticketmap.plan&key=${encodeURIComponent(`id:${this.id}`)}&size=1`)
      ).json()) as { items?: { actorName: string }[] | null };
      return page.items?.[0]?.actorName ?? null;
    } catch (e) {
      if (e instanceof ApiProblem) return null; // may not be read by everyone
      throw e;
    }
  }

  async open(): Promise<{ plan: Plan; info: PlanInfo; text: string }> {
    // The number first: a save between the two answers is then a version conflict and nothing worse.
    const info = await this.info();
    const text = await (await call("GET", `/api/v1/plans/${this.id}/document`)).text();
    return { info, plan: parsePlan(text), text };
  }

  async load(): Promise<{ stored: Stored; plan: Plan }> {
    return this.known(async () => {
      const { info, plan } = await this.open();
      return { stored: { version: info.version, changedAt: info.changedAt, changedBy: await this.changer(info) }, plan };
    });
  }

  async save(version: number, document: string | Blob): Promise<Stored> {
    return this.known(async () => {
      const info = (await (
        await call("PUT", `/api/v1/plans/${this.id}?version=${version}`, typeof document === "string" ? await gzip(document) : document, {
          "Content-Type": "application/octet-stream",
        })
      ).json()) as PlanInfo;
      return { version: info.version, changedAt: info.changedAt, changedBy: null };
    });
  }

  async publish(version: number): Promise<PlanInfo> {
    return (await (await call("POST", `/api/v1/plans/${this.id}/publish?version=${version}`)).json()) as PlanInfo;
  }
  async revise(): Promise<PlanInfo> {
    return (await (await call("POST", `/api/v1/plans/${this.id}/revise`)).json()) as PlanInfo;
  }

  // ---- pictures to trace ----

  async underlays(): Promise<readonly Underlay[]> {
    return ((await (await call("GET", `/api/v1/plans/${this.id}/underlays`)).json()) as { items: Underlay[] | null }).items ?? [];
  }
  /** hash: of the picture that is wanted, so that an old one is not taken from a cache. */
  async picture(level: string, hash: string): Promise<ImageBitmap> {
    return createImageBitmap(await (await call("GET", `${this.underlayAt(level, "/picture")}&v=${hash.slice(0, 12)}`)).blob());
  }
  async setUnderlay(level: string, picture: Blob, p: Placing): Promise<Underlay> {
    return (await (
      await call(
        "PUT",
        `${this.underlayAt(level, "/picture")}&x=${p.x}&y=${p.y}&mmPerPixel=${p.mmPerPixel}&opacity=${p.opacity}`,
        picture,
        { "Content-Type": "application/octet-stream" },
      )
    ).json()) as Underlay;
  }
  async placeUnderlay(level: string, p: Placing): Promise<void> {
    await call("PATCH", this.underlayAt(level), JSON.stringify(p), { "Content-Type": "application/json" });
  }
  async dropUnderlay(level: string): Promise<void> {
    await call("DELETE", this.underlayAt(level));
  }
  private underlayAt(level: string, what = ""): string {
    return `/api/v1/plans/${this.id}/underlay${what}?level=${encodeURIComponent(level)}`;
  }

  private async known<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (e) {
      if (e instanceof ApiProblem && e.document.code === "ticketmap.stale") throw new StaleError();
      if (mayRetry(e)) throw new OfflineError(e);
      throw e;
    }
  }
}
