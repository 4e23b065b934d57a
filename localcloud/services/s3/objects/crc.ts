import * as zlib from "node:zlib";

/** Returns the CRC-32 as S3 writes it, big-endian. Why all three are here: docs/decisions/021. */
export function crc32(body: Buffer): Buffer {
  return words(zlib.crc32(body));
}

/** Returns the CRC-32C, with Castagnoli's polynomial. https://www.rfc-editor.org/rfc/rfc9260#appendix-A */
export function crc32c(body: Buffer): Buffer {
  const { low } = (castagnoli ??= table(0x82f63b78n));
  let crc = 0xffffffff;
  for (const byte of body) crc = (crc >>> 8) ^ low[(crc ^ byte) & 0xff];
  return words(~crc >>> 0);
}

/**
 * Returns the CRC-64/NVME.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function crc64nvme(body: Buffer): Buffer {
  const { high, low } = (nvme ??= table(0x9a6c9329ac4bc9b5n));
  let [upper, lower] = [0xffffffff, 0xffffffff];
  for (const byte of body) {
    const index = (lower ^ byte) & 0xff;
    lower = ((lower >>> 8) | (upper << 24)) ^ low[index];
    upper = (upper >>> 8) ^ high[index];
  }
  return words(~upper >>> 0, ~lower >>> 0);
}

/** The effect of each value of a byte, in halves of 32 bits: JavaScript cannot shift longer numbers quickly. */
interface Table {
  readonly high: Int32Array;
  readonly low: Int32Array;
}

let castagnoli: Table | undefined;
let nvme: Table | undefined;

function table(polynomial: bigint): Table {
  const [high, low] = [new Int32Array(256), new Int32Array(256)];
  for (let byte = 0; byte < 256; byte += 1) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1)
      value = (value & 1n) === 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    high[byte] = Number(BigInt.asIntN(32, value >> 32n));
    low[byte] = Number(BigInt.asIntN(32, value));
  }
  return { high, low };
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => bytes.writeUInt32BE(value, 4 * index));
  return bytes;
}
