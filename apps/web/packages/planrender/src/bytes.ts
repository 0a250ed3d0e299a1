/** Bytes that the encoder would not have written; at is the place in the stream. */
export class CodecError extends Error {
  constructor(
    readonly what: string,
    readonly at: number,
  ) {
    super(`bad ${what} at byte ${at}`);
    this.name = "CodecError";
  }
}

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Grows as it is written to. Varints are unsigned LEB128. */
export class ByteWriter {
  private buffer = new Uint8Array(256);
  length = 0;

  private room(n: number): void {
    if (this.length + n <= this.buffer.length) return;
    const bigger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + n));
    bigger.set(this.buffer.subarray(0, this.length));
    this.buffer = bigger;
  }

  byte(v: number): this {
    this.room(1);
    this.buffer[this.length++] = v;
    return this;
  }

  bytes(v: Uint8Array): this {
    this.room(v.length);
    this.buffer.set(v, this.length);
    this.length += v.length;
    return this;
  }

  ascii(text: string): this {
    for (const c of text) this.byte(c.charCodeAt(0));
    return this;
  }

  /** An unsigned whole number up to 2^53 - 1. */
  varint(v: number): this {
    if (!Number.isSafeInteger(v) || v < 0) throw new RangeError(`not an unsigned whole number: ${v}`);
    while (v >= 0x80) {
      this.byte((v % 0x80) | 0x80);
      v = Math.floor(v / 0x80);
    }
    return this.byte(v);
  }

  /** A signed 32-bit number: 0, -1, 1, -2 … become 0, 1, 2, 3 … */
  zigzag(v: number): this {
    if (v !== (v | 0)) throw new RangeError(`not a 32-bit number: ${v}`);
    return this.varint(v < 0 ? -2 * v - 1 : 2 * v);
  }

  /** Byte length, then UTF-8. */
  string(text: string): this {
    const b = utf8.encode(text);
    return this.varint(b.length).bytes(b);
  }

  done(): Uint8Array<ArrayBuffer> {
    return this.buffer.slice(0, this.length);
  }
}

export class ByteReader {
  at = 0;
  constructor(private readonly buffer: Uint8Array) {}

  byte(): number {
    const v = this.buffer[this.at];
    if (v === undefined) throw new CodecError("end", this.at);
    this.at++;
    return v;
  }

  take(n: number): Uint8Array {
    if (this.at + n > this.buffer.length) throw new CodecError("length", this.at);
    this.at += n;
    return this.buffer.subarray(this.at - n, this.at);
  }

  magic(name: string, version: number): void {
    for (const c of name) if (this.byte() !== c.charCodeAt(0)) throw new CodecError("magic", this.at - 1);
    if (this.byte() !== version) throw new CodecError("version", this.at - 1);
  }

  /** In its shortest form and at most bits wide. */
  varint(bits: 32 | 53 = 32): number {
    let value = 0,
      scale = 1;
    for (;;) {
      const b = this.byte();
      value += (b & 0x7f) * scale;
      if (value >= 2 ** bits) throw new CodecError("varint", this.at);
      if (b < 0x80) {
        if (b === 0 && scale > 1) throw new CodecError("longer varint than needed", this.at);
        return value;
      }
      scale *= 0x80;
      if (scale > 2 ** 53) throw new CodecError("varint", this.at);
    }
  }

  zigzag(): number {
    const u = this.varint();
    return u % 2 === 1 ? -((u + 1) / 2) : u / 2;
  }

  string(maxBytes: number): string {
    const n = this.varint();
    if (n > maxBytes) throw new CodecError("text", this.at);
    try {
      return fromUtf8.decode(this.take(n));
    } catch (e) {
      throw e instanceof CodecError ? e : new CodecError("UTF-8", this.at);
    }
  }

  /** A byte length, then that many bytes as a reader of their own. */
  stream(): ByteReader {
    return new ByteReader(this.take(this.varint()));
  }

  end(): void {
    if (this.at !== this.buffer.length) throw new CodecError("trailing bytes", this.at);
  }
}
