import type { Contents } from "./model";
import { rejection, shown } from "./reject";
import { pythonVersion } from "./runtimes";

export const deploymentOnlyModule = true;

/** The Python version that a file was compiled for: exactly one, or that and every later one (the stable ABI). */
interface Tag {
  readonly name: string;
  /** Minor version: 12 of 3.12. */
  readonly minor: number;
  readonly orLater: boolean;
}

const DEFAULT_MINOR = 13;

/** Returns the runtime from the settings, or the one that the compiled files were built for. */
export function pythonRuntime(contents: Contents, given: string | undefined): string {
  const tags = [...contents.files].flatMap(([name, { text }]) =>
    name.endsWith("/WHEEL") ? wheelTags(name, text ?? "") : fileTags(name),
  );
  if (given !== undefined && pythonVersion(given) === undefined)
    throw rejection(
      "wrongRuntime",
      `the runtime is ${shown(given)} and the handler is Python`,
      "name a runtime such as python3.13",
    );
  const pinned = tags.find(({ orLater }) => !orLater)?.minor;
  const asked = /^3\.(\d+)/.exec(contents.files.get(".python-version")?.text?.trim() ?? "")?.[1];
  const least = Math.max(
    DEFAULT_MINOR,
    ...tags.filter(({ orLater }) => orLater).map(({ minor }) => minor),
  );
  const minor = minorOf(given) ?? pinned ?? (asked === undefined ? least : Number(asked));
  for (const tag of tags) checkTag(tag, minor);
  return given ?? `python3.${minor}`;
}

function minorOf(runtime: string | undefined): number | undefined {
  const version = runtime === undefined ? undefined : pythonVersion(runtime);
  return version === undefined ? undefined : Number(version.slice(2));
}

function checkTag({ name, minor, orLater }: Tag, runtime: number): void {
  if (minor === runtime || (orLater && minor <= runtime)) return;
  throw rejection(
    "wrongRuntime",
    `'${shown(name)}' is built for Python 3.${minor}${orLater ? " or later" : ""}, the function runs 3.${runtime}`,
    `install for it: pip install --python-version 3.${runtime} --platform manylinux2014_aarch64 --only-binary=:all: -t .; or set "runtime" in lambda.json`,
  );
}

/** Parses `_x.cpython-312-x86_64-linux-gnu.so`. A file of the stable ABI, `_x.abi3.so`, does not name a version. */
function fileTags(name: string): Tag[] {
  const minor = /\.cpython-3(\d+)[a-z]?-[^/]*\.so$/.exec(name)?.[1];
  return minor === undefined ? [] : [{ name, minor: Number(minor), orLater: false }];
}

/** https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/ */
function wheelTags(name: string, text: string): Tag[] {
  const tags = [...text.matchAll(/^Tag:\s*([^-\s]+)-([^-\s]+)-(\S+)/gm)];
  const platforms = tags.map(([, , , platform = ""]) => platform);
  if (platforms.length > 0 && platforms.every((platform) => /^(macosx|win)/.test(platform)))
    throw rejection(
      "wrongPlatform",
      `'${shown(name.split("/")[0] ?? "")}' was installed for ${platforms[0]?.startsWith("mac") === true ? "macOS" : "Windows"}; Lambda is Linux`,
      "pip install --platform manylinux2014_aarch64 (or _x86_64) --only-binary=:all: -t .",
    );
  const found = tags.flatMap(([, python = "", abi = ""]) => {
    const minor = /^cp3(\d+)$/.exec(python)?.[1];
    return minor === undefined || abi === "none"
      ? []
      : [{ name, minor: Number(minor), orLater: abi === "abi3" }];
  });
  // A wheel for several versions fits if one of them does: only a wheel for a single version determines it.
  return new Set(found.map(({ minor }) => minor)).size === 1 ? found.slice(0, 1) : [];
}
