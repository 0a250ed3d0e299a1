/** RFC 9457 problem document as the server sends it (modules/core/httpx); unknown members are ignored. */
export interface ProblemDocument {
  readonly type?: string;
  readonly title?: string;
  readonly status?: number;
  /** "module.reason" */ readonly code?: string;
  /** The sentence in the caller's language, and in both. */
  readonly detail?: string;
  readonly zh?: string;
  readonly en?: string;
  /** Clause or rule that was applied: "RL-1". */
  readonly rule?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly requestId?: string;
  readonly fields?: readonly {
    readonly path?: string;
    readonly code?: string;
    readonly zh?: string;
    readonly en?: string;
    readonly rule?: string;
  }[];
}

/** A request that the server refused. Lost lines and time-outs stay TypeError and DOMException. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly document: ProblemDocument,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(document.code ?? document.title ?? `status ${status}`);
    this.name = "ApiProblem";
  }
}

/** Reads a refusal. A body that is no problem document (a proxy's page) gives an empty one. */
export async function readProblem(response: Response): Promise<ApiProblem> {
  let document: ProblemDocument = {};
  if (/[/+]json\b/.test(response.headers.get("content-type") ?? "")) {
    const value: unknown = await response
      .clone()
      .json()
      .catch(() => null);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) document = value;
  }
  const after = Number(response.headers.get("retry-after") ?? "");
  return new ApiProblem(response.status, document, Number.isFinite(after) && after > 0 ? after : null);
}

/** Whether the same request, sent again unchanged, may succeed. */
export function mayRetry(error: unknown): boolean {
  // The first try of the same intent is still at work: its answer comes with the next.
  if (error instanceof ApiProblem && error.document.code === "core.idempotency_busy") return true;
  if (error instanceof ApiProblem) return [408, 429, 502, 503, 504].includes(error.status);
  return error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError");
}
