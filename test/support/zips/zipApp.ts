import { zipSync } from "fflate";

/** Creates a zip from files, by their paths. */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files).map(([path, text]) => [path, Buffer.from(text)] as const);
  // A fixed time: the same files give the same zip.
  return Buffer.from(zipSync(Object.fromEntries(entries), { mtime: "2026-01-01T00:00:00" }));
}

/** Creates an app of one file, without a manifest. */
export function nodeApp(body: string): Buffer {
  return zipOf({ "index.js": `exports.handler = async (event) => (${body});\n` });
}
