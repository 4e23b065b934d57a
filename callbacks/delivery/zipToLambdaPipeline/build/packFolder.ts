import { closeSync, openSync, readdirSync, readSync, statSync, writeSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { crc32, createDeflateRaw } from "node:zlib";
import { rejection, shown } from "../inspect/reject";
import { DEFAULT_LIMITS } from "../inspect/model";
import { endRecord, localHeader, type PackedEntry, tableEntry } from "./zipRecords";

export const deploymentOnlyModule = true;

const CHUNK = 256 * 1024;
/** Bytes of a path: the most that S3 and Lambda's own unpacking accept, and more than any app needs. */
const LONGEST_PATH = 1000;

interface Found {
  readonly name: string;
  readonly size: number;
}

/**
 * Writes a folder into a zip; the same files always give the same bytes. Refuses everything that is not a file, as in
 * an uploaded zip, except the links to commands that npm creates: Lambda does not use them.
 *
 * @param file a new file to write to.
 */
export async function packFolder(folder: string, file: number): Promise<void> {
  const table: Buffer[] = [];
  let at = 0;
  const write = (bytes: Uint8Array): void => {
    for (let done = 0; done < bytes.byteLength;) {
      const written = writeSync(file, bytes, done, bytes.byteLength - done, at);
      done += written;
      at += written;
    }
  };
  for (const found of filesOf(folder)) {
    const start = at;
    // A placeholder: sizes and checksum are known after the data are written.
    write(localHeader({ name: found.name, size: 0, compressedSize: 0, crc32: 0 }));
    const entry = await deflate(folder, found, write);
    const header = localHeader(entry);
    writeSync(file, header, 0, header.length, start);
    table.push(tableEntry(entry, start));
  }
  const tableAt = at;
  for (const entry of table) write(entry);
  write(endRecord({ entries: table.length, bytes: at - tableAt, at: tableAt }));
}

async function deflate(
  folder: string,
  { name, size }: Found,
  write: (bytes: Uint8Array) => void,
): Promise<PackedEntry> {
  const file = openSync(`${folder}/${name}`, "r");
  let checksum = 0;
  let compressedSize = 0;
  try {
    await pipeline(chunksOf(file, size), createDeflateRaw(), async (deflated) => {
      for await (const bytes of deflated) {
        compressedSize += (bytes as Buffer).length;
        write(bytes as Buffer);
      }
    });
  } finally {
    closeSync(file);
  }
  return { name, size, compressedSize, crc32: checksum };

  function* chunksOf(from: number, length: number): Generator<Buffer> {
    for (let at = 0; at < length; at += CHUNK) {
      const bytes = Buffer.alloc(Math.min(CHUNK, length - at));
      readSync(from, bytes, 0, bytes.length, at);
      checksum = crc32(bytes, checksum);
      yield bytes;
    }
  }
}

/** Lists the files, ordered by name; the folder does not change meanwhile. */
function filesOf(folder: string): Found[] {
  const found: Found[] = [];
  let bytes = 0;
  const walk = (prefix: string): void => {
    for (const entry of readdirSync(`${folder}/${prefix}`, { withFileTypes: true })) {
      const name = prefix + entry.name;
      checkPath(name);
      if (entry.isDirectory()) {
        if (!/(^|\/)node_modules\/\.bin$/.test(name)) walk(`${name}/`);
        continue;
      }
      if (!entry.isFile()) throw notPacked(name, entry.isSymbolicLink());
      const { size } = statSync(`${folder}/${name}`);
      bytes += size;
      found.push({ name, size });
      checkAmount(found.length, bytes);
    }
  };
  walk("");
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function checkPath(name: string): void {
  if (Buffer.byteLength(name) <= LONGEST_PATH && !name.includes("\ufffd")) return;
  throw rejection(
    "badName",
    `the build leaves the path '${shown(name)}', which is too long or no UTF-8`,
    "remove it at the end of the build",
  );
}

function notPacked(name: string, isLink: boolean): Error {
  return rejection(
    isLink ? "symlink" : "specialFile",
    `the build leaves '${shown(name)}', which is ${isLink ? "a symbolic link" : "a pipe or another special file"}`,
    isLink
      ? "copy what it points to (cp -rL), or remove it, at the end of the build"
      : "remove it at the end of the build",
  );
}

function checkAmount(files: number, bytes: number): void {
  const fix =
    "remove what the app does not use at the end of the build, such as caches and sources";
  const { entries, unzippedBytes } = DEFAULT_LIMITS;
  if (files > entries)
    throw rejection("tooManyEntries", `the build leaves over ${entries} files`, fix);
  if (bytes > unzippedBytes)
    throw rejection(
      "tooLarge",
      `the build leaves ${bytes} bytes or more; ${unzippedBytes} are allowed`,
      fix,
    );
}
