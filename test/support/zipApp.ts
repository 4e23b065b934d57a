import { zipSync } from "fflate";

/** Files of a zip, by their paths. */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files).map(([path, text]) => [path, Buffer.from(text)] as const);
  // The same files are the same zip.
  return Buffer.from(zipSync(Object.fromEntries(entries), { mtime: "2026-01-01T00:00:00" }));
}

/** An app of one file, without a manifest. */
export function nodeApp(body: string): Buffer {
  return zipOf({ "index.js": `exports.handler = async (event) => (${body});\n` });
}
