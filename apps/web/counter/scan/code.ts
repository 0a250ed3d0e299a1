/** The payer's code (付款码) of WeChat Pay or Alipay in what a scanner typed, or null. */
export function payCode(text: string): { kind: "wechat" | "alipay"; code: string } | null {
  const code = /(?<!\d)(\d{16,24})(?!\d)/.exec(text.trim())?.[1];
  if (code === undefined) return null;
  if (/^1[0-5]\d{16}$/.test(code)) return { kind: "wechat", code };
  return /^(2[5-9]|30)\d{14,22}$/.test(code) ? { kind: "alipay", code } : null;
}

/**
 * Whether 18 digits that are no document's number were meant as one: a reader that lost a key. The place of a document's
 * date of birth seldom holds a date in a payment code, which is random there.
 */
export function meantAsDocument(text: string, year: number): boolean {
  const m = /(?<!\d)[1-9]\d{5}(\d{4})(\d{2})(\d{2})\d{3}[\dXx](?![\dA-Za-z])/.exec(text);
  if (m === null) return false;
  const [y, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])];
  return y >= 1900 && y <= year && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

type Taker = { readonly first: () => boolean; readonly take: (code: string) => void };
const takers: Taker[] = [];
/** Takes the codes that are scanned until the returned function is called; first() says that a code is expected before any card. */
export function onPayCode(t: Taker): () => void {
  takers.push(t);
  return () => {
    const i = takers.lastIndexOf(t);
    if (i >= 0) takers.splice(i, 1);
  };
}
export const codeExpected = (): boolean => takers.at(-1)?.first() ?? false;
/** Hands a code over; false when nobody takes one. */
export function deliverCode(code: string): boolean {
  takers.at(-1)?.take(code);
  return takers.length > 0;
}
/** The same once the field that the scanner typed into has its own text back, and the page has drawn it. */
export function deliverCodeLater(code: string): boolean {
  if (takers.length === 0) return false;
  requestAnimationFrame(() => setTimeout(() => deliverCode(code)));
  return true;
}
