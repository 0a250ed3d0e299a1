import { ApiProblem, CSRF_HEADER, IDEMPOTENCY_HEADER, type ProblemDocument } from "@parterre/api";

export interface UploadProgress {
  readonly sent: number;
  readonly total: number;
  /** All bytes are there; the server works on them. */ readonly checking: boolean;
}

/** Sends a file as it is and tells how far it is: fetch cannot. Refusals are ApiProblem, a lost line a TypeError. */
export function upload<T>(
  path: string,
  file: Blob,
  options: { key: string; language: string; onProgress: (p: UploadProgress) => void; signal?: AbortSignal },
): Promise<T> {
  return new Promise((done, fail) => {
    const x = new XMLHttpRequest();
    x.open("POST", path);
    x.responseType = "text";
    x.setRequestHeader("Content-Type", "application/octet-stream");
    x.setRequestHeader("Accept-Language", options.language);
    x.setRequestHeader(CSRF_HEADER, "1");
    x.setRequestHeader(IDEMPOTENCY_HEADER, options.key);
    x.upload.onprogress = (e) => options.onProgress({ sent: e.loaded, total: e.total, checking: e.loaded >= e.total });
    x.onload = () => {
      let body: unknown = null;
      try {
        body = JSON.parse(x.responseText);
      } catch {
        /* a proxy's page */
      }
      if (x.status >= 200 && x.status < 300) done(body as T);
      else fail(new ApiProblem(x.status, (typeof body === "object" && body !== null ? body : {}) as ProblemDocument));
    };
    x.onerror = () => fail(new TypeError("the line broke"));
    options.signal?.addEventListener(
      "abort",
      () => {
        x.abort();
        fail(new DOMException("given up", "AbortError"));
      },
      { once: true },
    );
    x.send(file);
  });
}
