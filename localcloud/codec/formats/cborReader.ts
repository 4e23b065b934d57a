import { checkDepth, decodeUtf8, malformed } from "../malformed";

/** A tagged item (RFC 8949 section 3.4), e.g. tag 1: seconds since the epoch. */
export class CborTag {
  constructor(
    readonly tag: number,
    readonly value: unknown,
  ) {}
}

const major = { unsigned: 0, negative: 1, bytes: 2, text: 3, list: 4, map: 5, tag: 6 } as const;
const indefinite = 31;
const breakByte = 0xff;

/** Decodes one data item of RFC 8949, which must be the whole input. Throws SerializationException otherwise. */
export function decodeCbor(bytes: Uint8Array): unknown {
  const reader = new CborReader(bytes);
  const value = reader.item(0);
  reader.expectEnd();
  return value;
}

class CborReader {
  private at = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  item(depth: number): unknown {
    checkDepth(depth);
    const head = this.bytes[this.take(1)];
    const kind = head >> 5;
    const info = head & 0x1f;
    switch (kind) {
      case major.unsigned:
        return this.argument(info);
      case major.negative:
        return -1 - this.argument(info);
      case major.bytes:
        return this.string(kind, info);
      case major.text:
        return decodeUtf8(this.string(kind, info));
      case major.list:
        return this.list(info, depth);
      case major.map:
        return this.map(info, depth);
      case major.tag:
        return new CborTag(this.argument(info), this.item(depth + 1));
      default:
        return this.simple(info);
    }
  }

  expectEnd(): void {
    if (this.at !== this.bytes.length) throw malformed("Malformed CBOR: bytes after the value.");
  }

  /** Skips `count` bytes and returns their start. */
  private take(count: number): number {
    const start = this.at;
    if (count > this.bytes.length - start) throw malformed("Malformed CBOR: unexpected end.");
    this.at += count;
    return start;
  }

  private argument(info: number): number {
    if (info < 24) return info;
    if (info === 24) return this.view.getUint8(this.take(1));
    if (info === 25) return this.view.getUint16(this.take(2));
    if (info === 26) return this.view.getUint32(this.take(4));
    if (info === 27) return Number(this.view.getBigUint64(this.take(8)));
    throw malformed(`Malformed CBOR: additional information ${info}.`);
  }

  private string(kind: number, info: number): Uint8Array {
    if (info === indefinite) return Buffer.concat([...this.chunks(kind)]);
    const start = this.take(this.argument(info));
    return this.bytes.slice(start, this.at);
  }

  private *chunks(kind: number): Generator<Uint8Array> {
    while (!this.atBreak()) {
      const head = this.bytes[this.take(1)];
      if (head >> 5 !== kind || (head & 0x1f) === indefinite)
        throw malformed("Malformed CBOR: a chunk of another type.");
      yield this.string(kind, head & 0x1f);
    }
  }

  private list(info: number, depth: number): unknown[] {
    const items: unknown[] = [];
    this.repeat(info, () => items.push(this.item(depth + 1)));
    return items;
  }

  private map(info: number, depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    this.repeat(info, () => {
      const key = this.item(depth + 1);
      if (typeof key !== "string") throw malformed("Malformed CBOR: a map key that is not text.");
      entries.push([key, this.item(depth + 1)]);
    });
    return Object.fromEntries(entries);
  }

  /** Reads the entries of a list or map. Allocates nothing in advance, because the stated length may be wrong. */
  private repeat(info: number, readEntry: () => void): void {
    if (info === indefinite) while (!this.atBreak()) readEntry();
    else for (let left = this.argument(info); left > 0; left--) readEntry();
  }

  private atBreak(): boolean {
    if (this.at >= this.bytes.length) throw malformed("Malformed CBOR: unexpected end.");
    if (this.bytes[this.at] !== breakByte) return false;
    this.at++;
    return true;
  }

  private simple(info: number): unknown {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22 || info === 23) return null;
    if (info === 25) return float16(this.view.getUint16(this.take(2)));
    if (info === 26) return this.view.getFloat32(this.take(4));
    if (info === 27) return this.view.getFloat64(this.take(8));
    throw malformed(`Malformed CBOR: simple value ${info}.`);
  }
}

/** Reads a half-precision float: RFC 8949 appendix D. */
function float16(half: number): number {
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  const sign = half & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
