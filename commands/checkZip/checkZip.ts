import { open, type FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import { inspectZip } from "../../callbacks/delivery/zipToLambdaPipeline/inspect/inspectZip";
import type {
  Accepted,
  ToBuild,
  InspectionResult,
  ZipSource,
} from "../../callbacks/delivery/zipToLambdaPipeline/inspect/model";
import { CommandError } from "../commandError";
import { parseOptions } from "../parseOptions";

export const CHECK_ZIP_USAGE = `aws-callbacks check-zip <file> [--json]

  Checks what a ZipToLambdaPipeline would do with an archive, without uploading it: which function it becomes, or why
  it is rejected and how to fix it.

  --json   prints the result as JSON

  Exit code: 0 accepted, 1 rejected, 2 nothing was checked`;

/** Exit code of the command. */
export type ExitCode = 0 | 1 | 2;

/** Runs `check-zip`; every outcome has a message and an exit code. */
export async function checkZipCommand(
  args: readonly string[],
  print: (text: string) => void,
  complain: (text: string) => void,
): Promise<ExitCode> {
  try {
    const { file, json, help } = parse(args);
    if (help) {
      print(CHECK_ZIP_USAGE);
      return 0;
    }
    const result = await checkZip(file);
    print(json ? JSON.stringify(result, undefined, 2) : resultText(basename(file), result));
    return result.accepted ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    complain(error.message);
    return 2;
  }
}

function parse(args: readonly string[]): { file: string; json: boolean; help: boolean } {
  const { values, positionals } = parseOptions("check-zip", args, { json: { type: "boolean" } });
  const { json = false, help = false } = values;
  const [file, ...more] = positionals;
  if (help) return { file: "", json, help };
  if (file === undefined)
    throw new CommandError("check-zip: give the archive, as in 'check-zip ./app.zip'.");
  if (more.length > 0)
    throw new CommandError(`check-zip: give one archive; '${more[0]}' is one too many.`);
  return { file, json, help };
}

async function checkZip(file: string): Promise<InspectionResult> {
  const handle = await openFile(file);
  try {
    const { size } = await handle.stat();
    return await inspectZip(fileSource(handle, size));
  } finally {
    await handle.close();
  }
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    const handle = await open(file);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new CommandError(
      `check-zip: '${file}' ${missing ? "does not exist" : `cannot be read: ${(error as Error).message}`}.`,
    );
  }
  throw new CommandError(
    `check-zip: '${file}' is not a file; zip it first: (cd ${file} && zip -r ../app.zip .)`,
  );
}

function fileSource(handle: FileHandle, size: number): ZipSource {
  return {
    size,
    read: async (offset, length) => {
      const bytes = Buffer.alloc(length);
      let got = 0;
      while (got < length) {
        const { bytesRead } = await handle.read(bytes, got, length - got, offset + got);
        if (bytesRead === 0) break;
        got += bytesRead;
      }
      return bytes.subarray(0, got);
    },
  };
}

/** Returns the result as text for people. */
export function resultText(name: string, result: InspectionResult): string {
  if (!result.accepted)
    return [
      `${name}: rejected (${result.code})`,
      `  ${result.message}`,
      `  fix: ${result.fix}`,
    ].join("\n");
  return [
    `${name}: ${result.commands ? 'valid; a pipeline with worker: "instances" builds it' : "accepted"}`,
    ...facts(result).map(([label, value]) => `  ${label.padEnd(14)}${value}`),
    ...result.notes.map((note) => `  note: ${note}`),
  ].join("\n");
}

type Fact = readonly [label: string, value: string];

function facts(result: Accepted | ToBuild): Fact[] {
  const { entries, unzippedBytes, manifest } = result;
  const shown = ["handler", "runtime", "architecture", "build"];
  const others = Object.keys(manifest).filter((key) => !shown.includes(key));
  return [
    ...(result.commands ? buildFacts(result) : appFacts(result)),
    ["files", `${entries}, ${unzippedBytes.toLocaleString("en")} bytes unzipped`],
    ...(others.length === 0 ? [] : [["settings", others.join(", ")] as const]),
  ];
}

function appFacts({ kind, runtime, handler, architecture }: Accepted): Fact[] {
  return [
    ["kind", kind],
    ["runtime", runtime],
    ["handler", handler],
    ["architecture", architecture ?? "any"],
  ];
}

/** Escapes commands like JSON, because they may contain control characters that a terminal would interpret. */
function buildFacts({ commands }: ToBuild): Fact[] {
  return commands.map((command) => ["runs", JSON.stringify(command)] as const);
}
