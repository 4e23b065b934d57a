import { writeZip, type WrittenEntry } from "../../../../support/zips/zipWriter";

export const APP: WrittenEntry = {
  name: "index.js",
  content: "exports.handler = async () => 1;\n",
};

export const withEntry = (...entries: WrittenEntry[]): Buffer => writeZip([APP, ...entries]);

/** Unusual archives that each program reads in the same way. */
export const soundArchives: readonly (readonly [string, () => Buffer])[] = [
  [
    "sizes behind the data",
    () =>
      writeZip([
        { ...APP, flags: 0x808 },
        { name: "b", content: "x", flags: 0x808 },
      ]),
  ],
  ["a comment", () => writeZip([APP], { comment: Buffer.from("made by hand") })],
  ["made on DOS, without modes", () => writeZip([{ ...APP, madeBy: 20, mode: 0 }])],
  ["stored files", () => writeZip([{ ...APP, method: 0 }])],
  ["folders of their own", () => withEntry({ name: "lib/" }, { name: "lib/a.txt", content: "1" })],
  ["names in UTF-8", () => withEntry({ name: "lib/größe.txt", content: "1" })],
  [
    "an archive in it that is small",
    () => withEntry({ name: "b.zip", content: writeZip([APP]), method: 0 }),
  ],
  ["a table of contents in another order", () => reordered()],
  ["an empty file that is deflated", () => withEntry({ name: "b", content: "", method: 8 })],
];

function reordered(): Buffer {
  const both = writeZip([APP, { name: "b", content: "1" }]);
  const directory = both.readUInt32LE(both.length - 6);
  const length = 46 + "index.js".length;
  return Buffer.concat([
    both.subarray(0, directory),
    both.subarray(directory + length, both.length - 22),
    both.subarray(directory, directory + length),
    both.subarray(-22),
  ]);
}
