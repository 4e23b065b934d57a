import { detectApp, describesApp } from "./detectApp";
import { readContents } from "./contents";
import { readDirectory } from "./directory";
import { readEndRecord } from "./endRecord";
import { placeEntries } from "./layout";
import {
  DEFAULT_LIMITS,
  type Accepted,
  type Contents,
  type InspectLimits,
  type InspectOptions,
  type Rejected,
  type InspectionResult,
  type ZipSource,
} from "./model";
import { rejection, rejectionOf } from "./reject";
import { windowed } from "./sources";

export const deploymentOnlyModule = true;

/**
 * Reads a whole archive, in constant memory, and returns which function it defines or why it defines none.
 *
 * Every program unpacks an accepted archive to the same files. An error is thrown only when the source itself fails:
 * that says nothing about the archive, so try again.
 *
 * @param options limits that differ from the defaults, and the program's settings of the app.
 */
export async function inspectZip(
  source: ZipSource,
  options: InspectOptions & { readonly isBuilt: true },
): Promise<Accepted | Rejected>;
export async function inspectZip(
  source: ZipSource,
  options?: InspectOptions,
): Promise<InspectionResult>;
export async function inspectZip(
  source: ZipSource,
  options: InspectOptions = {},
): Promise<InspectionResult> {
  const limits = { ...DEFAULT_LIMITS, ...given(options) };
  const now = options.now ?? ((): number => Date.now());
  try {
    const contents = await readArchive(windowed(source), limits, now);
    const { settings = {}, isBuilt = false } = options;
    return await detectApp(contents, settings, { now: now(), isBuilt });
  } catch (error) {
    const rejected = rejectionOf(error);
    if (rejected === undefined) throw error;
    return rejected;
  }
}

/** Removes undefined options, which mean the default. */
function given(options: InspectOptions): Partial<InspectLimits> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

async function readArchive(
  source: ZipSource,
  limits: InspectLimits,
  now: () => number,
): Promise<Contents> {
  const started = now();
  const checkTime = (): void => {
    if (now() - started > limits.milliseconds)
      throw rejection(
        "tooLong",
        `reading the archive took over ${limits.milliseconds / 1000} s`,
        "make it smaller: bundle the code, leave out development dependencies",
      );
  };
  const end = await readEndRecord(source, limits);
  const directory = await readDirectory(source, end, limits);
  checkTime();
  const entries = placeEntries(source, directory, end);
  return readContents(source, entries, limits, { wants: describesApp, checkTime });
}
