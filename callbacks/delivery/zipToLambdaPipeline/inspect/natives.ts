import type { Architecture, FileFacts } from "./model";
import { rejection, shown } from "./reject";

export const deploymentOnlyModule = true;

/** A file of machine code, and its platform. */
interface Native {
  readonly name: string;
  readonly system: "linux" | "darwin" | "windows";
  readonly architecture: Architecture | "other";
}

const BUILD_AGAIN =
  "install the dependencies for Linux: npm ci --os=linux --cpu=arm64 (or x64), or pip install --platform manylinux2014_aarch64 (or _x86_64) --only-binary=:all: -t .";

/**
 * Returns the architecture that the machine code of an archive needs; undefined without any. A package with a file for
 * each platform chooses one when it runs: at least one of them must fit.
 */
export function checkNatives(
  files: ReadonlyMap<string, FileFacts>,
  wanted: Architecture | undefined,
): Architecture | undefined {
  const natives = [...files].flatMap(([name, facts]) => nativeOf(name, facts) ?? []);
  const chosen = natives.filter(({ name }) => isOneOfMany(name));
  const fixed = natives.filter(({ name }) => !isOneOfMany(name));
  for (const native of fixed) checkSystem(native);
  const architecture = wanted ?? architectureOf(fixed[0]) ?? onlyOf(chosen);
  for (const native of fixed)
    if (native.architecture !== (architecture ?? native.architecture))
      throw wrongArchitecture(native, architecture);
  checkChosen(chosen, architecture);
  return architecture;
}

function nativeOf(name: string, { head }: FileFacts): Native | undefined {
  const bytes = Buffer.from(head);
  if (bytes.length < 20) return undefined;
  const magic = bytes.readUInt32BE(0);
  // https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html: e_machine, in the order of the file's own bytes.
  if (magic === 0x7f454c46)
    return {
      name,
      system: "linux",
      architecture: machine(bytes[5] === 2 ? bytes.readUInt16BE(18) : bytes.readUInt16LE(18)),
    };
  if (!/\.(node|so|dylib|pyd|dll)(\.|$)/.test(name)) return undefined;
  if ([0xcffaedfe, 0xcefaedfe, 0xfeedfacf, 0xfeedface, 0xcafebabe].includes(magic))
    return { name, system: "darwin", architecture: "other" };
  if (bytes.toString("latin1", 0, 2) === "MZ")
    return { name, system: "windows", architecture: "other" };
  return undefined;
}

function machine(code: number): Architecture | "other" {
  if (code === 0x3e) return "x86_64";
  return code === 0xb7 ? "arm64" : "other";
}

/**
 * Checks whether a path names a platform, like the folders of prebuilt files: prebuilds/linux-x64/,
 * @img/sharp-darwin-arm64/.
 */
function isOneOfMany(name: string): boolean {
  const folders = name.slice(0, name.lastIndexOf("/") + 1);
  return /(^|[/@._-])(linux|linuxmusl|darwin|win32|windows|android|freebsd)[-_/](x64|x86_64|amd64|arm64|aarch64|ia32|arm|armv\d|[a-z0-9]+)([-_./]|$)/.test(
    folders,
  );
}

function checkSystem(native: Native): void {
  if (native.system !== "linux")
    throw rejection(
      "wrongPlatform",
      `'${shown(native.name)}' is built for ${native.system === "darwin" ? "macOS" : "Windows"}; Lambda is Linux`,
      BUILD_AGAIN,
    );
}

function architectureOf(native: Native | undefined): Architecture | undefined {
  return native === undefined || native.architecture === "other" ? undefined : native.architecture;
}

function onlyOf(chosen: readonly Native[]): Architecture | undefined {
  const found = new Set(chosen.flatMap((native) => architectureOf(native) ?? []));
  return found.size === 1 ? [...found][0] : undefined;
}

function wrongArchitecture(native: Native, architecture: Architecture | undefined): Error {
  return rejection(
    "wrongArchitecture",
    `'${shown(native.name)}' is built for ${native.architecture === "other" ? "another machine" : native.architecture}, the function is ${architecture ?? "arm64 or x86_64"}`,
    `${BUILD_AGAIN}; or set "architecture" in lambda.json`,
  );
}

function checkChosen(chosen: readonly Native[], architecture: Architecture | undefined): void {
  const [first] = chosen;
  if (first === undefined) return;
  const fits = chosen.some(
    (native) =>
      native.system === "linux" &&
      (architecture === undefined || native.architecture === architecture),
  );
  if (fits) return;
  checkSystem(first);
  throw wrongArchitecture(first, architecture);
}
