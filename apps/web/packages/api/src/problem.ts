/** RFC 9457 problem document as the server sends it; unknown members are ignored. */
export interface ProblemDocument {
  readonly status?: number; readonly title?: string; readonly detail?: string; readonly code?: string; readonly instance?: string; readonly requestId?: string;
  readonly message?: { readonly zh?: string; readonly en?: string };
  /** The same sentence in both languages, and what is wrong where. */
  readonly zh?: string; readonly en?: string;
  readonly fields?: readonly { readonly path: string; readonly code?: string; readonly zh?: string; readonly en?: string }[];
  readonly params?: Readonly<Record<string, unknown>>;
  readonly errors?: readonly { readonly location?: string; readonly message?: string; readonly code?: string }[];
}

/** A request that the server refused. Lost lines and time-outs stay TypeError and DOMException. */
export class ApiProblem extends Error {
  constructor(readonly status: number, readonly document: ProblemDocument, readonly retryAfterSeconds: number | null = null) {
    super(document.code ?? document.title ?? `status ${status}`);
    this.name = "ApiProblem";
  }
}

/** Reads a refusal. A body that is no problem document (a proxy's page) gives an empty one. */
export async function readProblem(response: Response): Promise<ApiProblem> {
  let document: ProblemDocument = {};
  if (/[/+]json\b/.test(response.headers.get("content-type") ?? "")) {
    const value: unknown = await response.clone().json().catch(() => null);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) document = value;
  }
  const after = Number(response.headers.get("retry-after") ?? "");
  return new ApiProblem(response.status, document, Number.isFinite(after) && after > 0 ? after : null);
}

/** Whether the same request, sent again unchanged, may succeed. */
export function mayRetry(error: unknown): boolean {
  if (error instanceof ApiProblem) return [408, 429, 502, 503, 504].includes(error.status);
  return error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError");
}
