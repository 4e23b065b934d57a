import { CborTag } from "./cborReader";

/** Encodes a value by RFC 8949 with definite lengths; `undefined` members of objects are omitted. */
export function encodeCbor(value: unknown): Uint8Array {
  const chunks: Uint8Array[] = [];
  write(value, chunks);
  return Buffer.concat(chunks);
}

function write(value: unknown, chunks: Uint8Array[]): void {
  if (value === null || value === undefined) chunks.push(Uint8Array.of(0xf6));
  else if (typeof value === "boolean") chunks.push(Uint8Array.of(value ? 0xf5 : 0xf4));
  else if (typeof value === "number" || typeof value === "bigint") chunks.push(number(value));
  else if (typeof value === "string") {
    const text = Buffer.from(value, "utf8");
    chunks.push(head(3, text.length), text);
  } else if (value instanceof Uint8Array) chunks.push(head(2, value.length), value);
  else if (value instanceof CborTag) {
    chunks.push(head(6, value.tag));
    write(value.value, chunks);
  } else if (Array.isArray(value)) {
    chunks.push(head(4, value.length));
    for (const item of value) write(item, chunks);
  } else {
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    chunks.push(head(5, entries.length));
    for (const [key, entry] of entries) {
      write(key, chunks);
      write(entry, chunks);
    }
  }
}

/** Writes whole numbers as integers, others as doubles; minus zero is a double. */
function number(value: number | bigint): Uint8Array {
  if (typeof value === "bigint" || (Number.isSafeInteger(value) && !Object.is(value, -0))) {
    const whole = BigInt(value);
    return whole < 0n ? head(1, -1n - whole) : head(0, whole);
  }
  const bytes = Buffer.alloc(9);
  bytes[0] = 0xfb;
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function head(major: number, argument: number | bigint): Uint8Array {
  const type = major << 5;
  if (argument < 24) return Uint8Array.of(type | Number(argument));
  if (argument <= 0xff) return Uint8Array.of(type | 24, Number(argument));
  const bytes = Buffer.alloc(argument <= 0xffff ? 3 : argument <= 0xffffffff ? 5 : 9);
  if (bytes.length === 3) {
    bytes[0] = type | 25;
    bytes.writeUInt16BE(Number(argument), 1);
  } else if (bytes.length === 5) {
    bytes[0] = type | 26;
    bytes.writeUInt32BE(Number(argument), 1);
  } else {
    bytes[0] = type | 27;
    bytes.writeBigUInt64BE(BigInt(argument), 1);
  }
  return bytes;
}
