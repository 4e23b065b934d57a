import type { RejectionCode } from "./model";
import { rejection, shown, ZIP_AGAIN } from "./reject";

export const deploymentOnlyModule = true;

/** Most bytes of one part of a path on Linux: https://man7.org/linux/man-pages/man3/limits.h.0p.html (NAME_MAX). */
const LONGEST_PART = 255;

/** Most bytes of a whole path below /var/task. Linux allows 4 096; no real app comes near this. */
const LONGEST_NAME = 1_024;

/** Bit 11: the name is UTF-8. */
const UTF8 = 0x800;

/** Decodes an entry's name, if every program decodes it the same way: ASCII, or marked as UTF-8. */
export function readName(raw: Buffer, flags: number): string {
  const name = raw.toString("utf8");
  const ascii = raw.every((byte) => byte < 0x80);
  if (!ascii && (flags & UTF8) === 0)
    throw rejection(
      "nameEncoding",
      `the name '${shown(name)}' is not ASCII and not marked as UTF-8: programs read it differently`,
      "rename the file, or zip with UTF-8 names (zip -UN=UTF8)",
    );
  if (!Buffer.from(name, "utf8").equals(raw))
    throw rejection(
      "nameEncoding",
      `the name '${shown(name)}' is not valid UTF-8`,
      "rename the file",
    );
  return name;
}

/** Refuses a name that leaves its folder, or that two systems read differently. */
export function checkName(name: string): void {
  const path = name.endsWith("/") ? name.slice(0, -1) : name;
  const parts = path.split("/");
  const refuse = (code: RejectionCode, what: string, fix = ZIP_AGAIN): never => {
    throw rejection(code, `the name '${shown(name)}' ${what}`, fix);
  };

  if (/[\u0000-\u001f\u007f]/.test(name))
    refuse("controlCharacter", "has a control character", "rename the file");
  if (name.includes("\\"))
    refuse(
      "backslash",
      "has a backslash",
      "zip with forward slashes: (cd app && zip -r ../app.zip .)",
    );
  if (name.startsWith("/") || /^[a-z]:/i.test(name)) refuse("absolutePath", "is an absolute path");
  if (parts.includes("..")) refuse("traversal", "leaves the app's folder");
  if (path === "" || parts.includes("") || parts.includes("."))
    refuse("badName", "has an empty part or a single dot as one");
  if (
    Buffer.byteLength(path) > LONGEST_NAME ||
    parts.some((part) => Buffer.byteLength(part) > LONGEST_PART)
  )
    refuse(
      "nameTooLong",
      `is too long: ${LONGEST_PART} bytes a part and ${LONGEST_NAME} in all are allowed`,
      "shorten it",
    );
}

/** Returns a check to be called with all names of an archive, one after another. */
export function createNameCheck(): (name: string) => void {
  /** Entries by their path, without regard to case and to the form of accents. */
  const places = new Map<
    string,
    { readonly path: string; readonly folder: boolean; listed: boolean }
  >();
  const take = (path: string, folder: boolean, listed: boolean): void => {
    const key = path.normalize("NFC").toLowerCase();
    const there = places.get(key);
    if (there === undefined) {
      places.set(key, { path, folder, listed });
      return;
    }
    if (there.path !== path)
      throw rejection(
        "caseTwins",
        `'${shown(there.path)}' and '${shown(path)}' differ by case only: one of them is lost on many systems`,
        "rename one of them",
      );
    if (there.folder !== folder)
      throw rejection(
        "fileAndFolder",
        `'${shown(path)}' is a file and a folder`,
        "rename one of them",
      );
    if (there.listed && listed)
      throw rejection(
        "duplicateName",
        `'${shown(path)}' is in the archive twice: it is undefined which one runs`,
        ZIP_AGAIN,
      );
    there.listed ||= listed;
  };
  return (name) => {
    const folder = name.endsWith("/");
    const parts = (folder ? name.slice(0, -1) : name).split("/");
    for (let depth = 1; depth < parts.length; depth++)
      take(parts.slice(0, depth).join("/"), true, false);
    take(parts.join("/"), folder, true);
  };
}
