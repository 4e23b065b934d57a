export const deploymentOnlyModule = true;

const DIRECTORY_ENTRY = 0x02014b50;
const END_RECORD = 0x06054b50;

/**
 * Returns the unzipped size that a nested archive declares in its end record; 0 without a valid one. This does not
 * protect a program that unpacks the nested archive: it only refuses known zip bombs.
 */
export function nestedSize(tail: Buffer): number {
  const end = tail.lastIndexOf("PK\x05\x06", undefined, "latin1");
  if (end < 0 || tail.length - end < 22 || tail.readUInt32LE(end) !== END_RECORD) return 0;
  let at = end - tail.readUInt32LE(end + 12);
  let size = 0;
  // If the central directory begins before the tail, start at the first complete entry.
  if (at < 0) at = tail.indexOf("PK\x01\x02", 0, "latin1");
  while (at >= 0 && at + 46 <= end && tail.readUInt32LE(at) === DIRECTORY_ENTRY) {
    size += tail.readUInt32LE(at + 24);
    at += 46 + tail.readUInt16LE(at + 28) + tail.readUInt16LE(at + 30) + tail.readUInt16LE(at + 32);
  }
  return size;
}
