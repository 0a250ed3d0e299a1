import { ApiProblem } from "@parterre/api";
import { hasKey, translate, type Language } from "./i18n.ts";

export interface ShownProblem {
  readonly text: string;
  /** By field: "people[0].document". */
  readonly fields: Readonly<Record<string, string>>;
  /** For support; null when the server gave none. */
  readonly id: string | null;
  /** Whether the same request may succeed later. */
  readonly retry: boolean;
}

const BY_STATUS: Readonly<Record<number, string>> = {
  401: "problem.sign-in",
  403: "problem.forbidden",
  404: "problem.not-found",
  409: "problem.conflict",
  412: "problem.conflict",
  429: "problem.too-many",
  500: "problem.internal",
  503: "problem.internal",
  504: "problem.timeout",
};

/**
 * What a person reads: the server's own sentence in their language when it has one, else the page's text for the code,
 * else one for the status. Never the raw text of an exception.
 */
export function showProblem(error: unknown, lang: Language): ShownProblem {
  if (!(error instanceof ApiProblem)) {
    const key =
      error instanceof DOMException && error.name === "TimeoutError"
        ? "problem.timeout"
        : error instanceof TypeError
          ? "problem.network"
          : "problem.internal";
    return { text: translate(lang, key), fields: {}, id: null, retry: true };
  }
  const d = error.document,
    codeKey = `code.${d.code ?? ""}`;
  const own = d[lang] ?? (hasKey(codeKey) ? translate(lang, codeKey) : undefined) ?? (error.status < 500 ? d.detail : undefined);
  const fallback = BY_STATUS[error.status];
  const fields: Record<string, string> = {};
  for (const f of d.fields ?? []) {
    const words = f[lang];
    const field = f.path?.replace(/^(body|query|path|header)\.?/, "");
    if (field !== undefined && field !== "" && words !== undefined) fields[field] ??= words;
  }
  return {
    text: own ?? (fallback === undefined ? translate(lang, "problem.unknown", { status: error.status }) : translate(lang, fallback)),
    fields,
    id: d.requestId ?? null,
    retry: error.status >= 500 || error.status === 429 || error.status === 408,
  };
}
