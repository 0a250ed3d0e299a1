/** What intents are kept in: sessionStorage in a browser, so that a reload in the middle of paying keeps the key. */
export interface KeyStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

class MemoryStore implements KeyStore {
  private readonly map = new Map<string, string>();
  getItem(key: string): string | null {
    return this.map.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.map.set(key, value);
  }
  removeItem(key: string): void {
    this.map.delete(key);
  }
}

/**
 * Idempotency keys: one per thing that a person means to do ("pay order 7"), the same for every try of it, also after
 * a reload. A different body is a different intent: the server refuses an old key with another body.
 */
export class Intents {
  constructor(
    private readonly store: KeyStore = browserStore(),
    private readonly make: () => string = () => crypto.randomUUID(),
  ) {}

  /** The key for doing `name` with this body. */
  keyFor(name: string, body: unknown): string {
    const text = JSON.stringify(body) ?? "",
      slot = `parterre.intent.${name}`;
    const kept = this.store.getItem(slot);
    if (kept !== null) {
      const [key, mark] = kept.split(" ");
      if (key !== undefined && mark === fingerprint(text)) return key;
    }
    const key = this.make();
    this.store.setItem(slot, `${key} ${fingerprint(text)}`);
    return key;
  }

  /** The intent has its answer, good or final: the next one gets a new key. */
  settle(name: string): void {
    this.store.removeItem(`parterre.intent.${name}`);
  }
}

function browserStore(): KeyStore {
  try {
    sessionStorage.getItem("parterre");
    return sessionStorage;
  } catch {
    return new MemoryStore(); // private mode, or no browser at all
  }
}

/** FNV-1a, 53 bits. Not for secrets: bodies hold personal data, so only this mark of them is kept. */
function fingerprint(text: string): string {
  let a = 0x811c9dc5,
    b = 0x1b873593;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x85ebca6b);
  }
  return ((a >>> 0) * 0x200000 + ((b >>> 0) & 0x1fffff)).toString(36);
}

export { MemoryStore };
