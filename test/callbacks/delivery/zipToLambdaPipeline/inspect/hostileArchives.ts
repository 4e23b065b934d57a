import { deflateRawSync } from "node:zlib";
import type {
  InspectLimits,
  RejectionCode,
} from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/model";
import { writeZip, type WrittenEntry } from "../../../../support/zips/zipWriter";
import { APP, withEntry } from "./soundArchives";

const long = "n".repeat(300);
const zip64 = Buffer.from([0x01, 0x00, 0x00, 0x00]);
const fake = writeZip([{ name: "index.js", content: "exports.handler = () => 'evil';" }]);

/** Archives that must be rejected: title, code, archive and the limits that differ. */
export const hostileArchives: readonly (readonly [
  string,
  RejectionCode,
  () => Buffer,
  Partial<InspectLimits>?,
])[] = [
  ["a name that leaves the folder", "traversal", () => withEntry({ name: "a/../../evil.js" })],
  ["an absolute name", "absolutePath", () => withEntry({ name: "/etc/passwd" })],
  ["a name with a drive", "absolutePath", () => withEntry({ name: "C:/x.js" })],
  ["a name with a backslash", "backslash", () => withEntry({ name: "..\\evil.js" })],
  ["a NUL in a name", "controlCharacter", () => withEntry({ name: "a.js\0.txt" })],
  ["a line feed in a name", "controlCharacter", () => withEntry({ name: "a\nb" })],
  ["an empty part of a name", "badName", () => withEntry({ name: "a//b" })],
  ["a single dot as a part", "badName", () => withEntry({ name: "./a" })],
  ["an empty name", "badName", () => withEntry({ name: "" })],
  ["a 300-character name", "nameTooLong", () => withEntry({ name: long })],
  [
    "a path of over 1 024 bytes",
    "nameTooLong",
    () => withEntry({ name: Array(6).fill("d".repeat(200)).join("/") }),
  ],
  [
    "a name that is not UTF-8 and says so",
    "nameEncoding",
    () => withEntry({ name: Buffer.from([0xc3, 0x28]) }),
  ],
  ["a name in an unknown encoding", "nameEncoding", () => withEntry({ name: "é.txt", flags: 0 })],
  ["a symbolic link", "symlink", () => withEntry({ name: "l", content: "/etc", mode: 0o120777 })],
  ["a device", "specialFile", () => withEntry({ name: "d", mode: 0o020666 })],
  ["a pipe", "specialFile", () => withEntry({ name: "p", mode: 0o010644 })],
  [
    "a file with the mode of a folder",
    "specialFile",
    () => withEntry({ name: "x", mode: 0o040755 }),
  ],
  ["setuid", "setuid", () => withEntry({ name: "s", mode: 0o104755 })],
  ["mode 0600", "unreadableMode", () => withEntry({ name: "x", content: "1", mode: 0o100600 })],
  [
    "a folder that nobody may enter",
    "unreadableMode",
    () => withEntry({ name: "x/", mode: 0o040744 }),
  ],
  ["a name twice", "duplicateName", () => withEntry({ ...APP, content: "exports.handler = 2" })],
  ["names that differ by case", "caseTwins", () => withEntry({ name: "INDEX.js" })],
  [
    "folders that differ by case",
    "caseTwins",
    () => withEntry({ name: "lib/a" }, { name: "Lib/b" }),
  ],
  ["a file `a` beside `a/b`", "fileAndFolder", () => withEntry({ name: "a" }, { name: "a/b" })],
  ["`a/b` before a file `a`", "fileAndFolder", () => withEntry({ name: "a/b" }, { name: "a" })],
  [
    "another name in the header before the file",
    "localHeaderDiffers",
    () => writeZip([{ ...APP, local: { name: "other.js" } }]),
  ],
  [
    "another size in the header before the file",
    "localHeaderDiffers",
    () => writeZip([{ ...APP, local: { size: 1 } }]),
  ],
  [
    "another method in the header before the file",
    "localHeaderDiffers",
    () => writeZip([{ ...APP, local: { method: 0 } }]),
  ],
  [
    "a descriptor that says another size",
    "localHeaderDiffers",
    () => writeZip([{ ...APP, flags: 0x808, behind: Buffer.alloc(16, 1) }]),
  ],
  [
    "two entries with one set of bytes",
    "overlappingEntries",
    () => withEntry({ ...APP, name: "b.js", offset: 0, local: {} }),
  ],
  ["an entry that reaches into the next one", "overlappingEntries", () => overlapping()],
  [
    "bytes between two entries",
    "hiddenBytes",
    () => writeZip([{ ...APP, behind: Buffer.from("hidden") }, { name: "b" }]),
  ],
  [
    "bytes before the first entry",
    "hiddenBytes",
    () => writeZip([APP], { before: Buffer.from("#!/bin/sh\n") }),
  ],
  [
    "bytes before the end record",
    "hiddenBytes",
    () => writeZip([APP], { beforeEnd: Buffer.from("hidden") }),
  ],
  [
    "bytes behind the end of compressed data",
    "hiddenBytes",
    () =>
      writeZip([
        {
          ...APP,
          data: Buffer.concat([
            deflateRawSync(Buffer.from(APP.content ?? "")),
            Buffer.from("hidden"),
          ]),
        },
      ]),
  ],
  [
    "bytes behind the end of long compressed data",
    "hiddenBytes",
    () =>
      writeZip([
        APP,
        {
          name: "b",
          content: Buffer.alloc(600_000, "abc"),
          data: Buffer.concat([
            deflateRawSync(Buffer.alloc(600_000, "abc")),
            Buffer.from("hidden"),
          ]),
        },
      ]),
  ],
  [
    "a false end record in the comment",
    "falseEndRecord",
    () => writeZip([APP], { comment: Buffer.from("PK\x05\x06and so on, as if") }),
  ],
  [
    "a whole other archive in the comment",
    "falseEndRecord",
    () => writeZip([APP], { comment: relocated(fake, writeZip([APP]).length) }),
  ],
  [
    "a whole other archive in the comment, as it was",
    "falseEndRecord",
    () => writeZip([APP], { comment: fake }),
  ],
  [
    "two end records",
    "hiddenBytes",
    () => Buffer.concat([writeZip([APP]), writeZip([APP]).subarray(-22)]),
  ],
  [
    "a comment that is cut",
    "truncated",
    () => writeZip([APP], { comment: Buffer.from("hello") }).subarray(0, -2),
  ],
  [
    "bytes behind the archive",
    "truncated",
    () => Buffer.concat([writeZip([APP]), Buffer.from("more")]),
  ],
  ["the first half of an archive", "truncated", () => writeZip([APP]).subarray(0, 60)],
  ["the last half of an archive", "damaged", () => writeZip([APP]).subarray(40)],
  ["a text", "notZip", () => Buffer.from("hello")],
  ["a gzip", "notZip", () => Buffer.from([0x1f, 0x8b, 8, 0])],
  ["an empty file", "empty", () => Buffer.alloc(0)],
  ["an archive without files", "empty", () => writeZip([])],
  ["an archive of several parts", "multiDisk", () => writeZip([APP], { end: { disk: 1 } })],
  [
    "a sentinel of zip64 in the end record",
    "zip64",
    () => writeZip([APP], { end: { offset: 0xffffffff } }),
  ],
  [
    "a sentinel of zip64 in an entry, without the size",
    "zip64",
    () => withEntry({ name: "b", content: "1", size: 0xffffffff }),
  ],
  [
    "a sentinel of zip64 with an empty field",
    "damaged",
    () => withEntry({ name: "b", content: "1", size: 0xffffffff, extra: zip64 }),
  ],
  [
    "a locator of zip64 that nothing points to",
    "zip64",
    () =>
      writeZip([{ ...APP, comment: Buffer.concat([Buffer.from("PK\x06\x07"), Buffer.alloc(16)]) }]),
  ],
  [
    "more entries than the end record says",
    "hiddenBytes",
    () => writeZip([APP, { name: "b" }], { end: { entries: 1 } }),
  ],
  [
    "fewer entries than the end record says",
    "damaged",
    () => writeZip([APP], { end: { entries: 2 } }),
  ],
  ["65 536 entries", "zip64", () => many(65_536)],
  ["more entries than are allowed", "tooManyEntries", () => many(101), { entries: 100 }],
  [
    "a table of names of 10 MB",
    "directoryTooLarge",
    () =>
      writeZip(
        Array.from({ length: 10_500 }, (_, i) => ({
          name: `${"d".repeat(250)}/${"e".repeat(250)}/${"f".repeat(250)}/${"g".repeat(220)}${i}`,
        })),
      ),
  ],
  ["a password", "encrypted", () => withEntry({ name: "b", content: "1", flags: 0x801 })],
  ["strong encryption", "encrypted", () => withEntry({ name: "b", content: "1", flags: 0x841 })],
  [
    "a compression that Lambda does not know",
    "unsupportedCompression",
    () => withEntry({ name: "b", content: "1", method: 12 }),
  ],
  [
    "a file that is larger than it says",
    "wrongSize",
    () => withEntry({ name: "b", content: Buffer.alloc(5_000), size: 10 }),
  ],
  [
    "a long file that is larger than it says",
    "wrongSize",
    () => withEntry({ name: "b", content: noise(2_000_000), size: 1_000_000 }),
  ],
  [
    "a file that is smaller than it says",
    "wrongSize",
    () => withEntry({ name: "b", content: "1", size: 3 }),
  ],
  [
    "a stored file with two sizes",
    "wrongSize",
    () => withEntry({ name: "b", content: "123", method: 0, size: 2 }),
  ],
  ["another checksum", "wrongChecksum", () => withEntry({ name: "b", content: "1", crc32: 1 })],
  [
    "data that are not compressed",
    "damaged",
    () => withEntry({ name: "b", content: "abc", data: Buffer.from([0xff, 0xff]) }),
  ],
  ["a folder with content", "damaged", () => withEntry({ name: "b/", content: "1" })],
  [
    "files of over 250 MiB",
    "tooLarge",
    () => withEntry({ name: "b", content: "1", size: 250 * 1024 * 1024 + 1 }),
  ],
  [
    "small files that are too large together",
    "tooLarge",
    () => many(30, noise(50)),
    { unzippedBytes: 1_000 },
  ],
  [
    "a bomb of 1 : 1 000",
    "bomb",
    () => withEntry({ name: "b", content: Buffer.alloc(4 * 1024 * 1024) }),
  ],
  [
    "an archive in the archive that is a bomb",
    "nestedBomb",
    () =>
      withEntry({
        name: "b.zip",
        content: writeZip([{ name: "z", content: Buffer.alloc(4 * 1024 * 1024) }]),
        method: 0,
      }),
  ],
  [
    "an archive in the archive of 4 GiB",
    "nestedBomb",
    () =>
      withEntry({
        name: "b.zip",
        content: writeZip([{ name: "z", content: "1", size: 0xfffffff0 }]),
      }),
  ],
  ["an archive that is too large", "tooLarge", () => withEntry(), { zippedBytes: 100 }],
];

export function many(count: number, content: string | Buffer = ""): Buffer {
  return writeZip([
    APP,
    ...Array.from({ length: count - 1 }, (_, i) => ({ name: `f${i}`, content, method: 0 })),
  ]);
}

/** Bytes that do not compress, the same every time. */
export function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 12_345;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** The second entry's header is within the first one's data. */
function overlapping(): Buffer {
  const inner = writeZip([{ name: "b", content: "x", method: 0 }]);
  const header = inner.subarray(0, 30 + 1 + 1);
  const outer: WrittenEntry = { name: "a", content: header, method: 0 };
  return writeZip([
    outer,
    {
      name: "b",
      content: "x",
      method: 0,
      offset: 31,
      data: Buffer.alloc(0),
      behind: Buffer.alloc(0),
      compressedSize: 1,
    },
    APP,
  ]);
}

function relocated(archive: Buffer, by: number): Buffer {
  const moved = Buffer.from(archive);
  const end = moved.length - 22;
  const directory = moved.readUInt32LE(end + 16);
  moved.writeUInt32LE(directory + by, end + 16);
  moved.writeUInt32LE(moved.readUInt32LE(directory + 42) + by, directory + 42);
  return moved;
}
