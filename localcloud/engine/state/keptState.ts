import { type Cloud, DEFAULT_REGION } from "../../cloud/cloud";
import { restoreCloud, saveCloud, type SavedCloud } from "../../cloud/savedCloud";
import type { Project } from "../project/project";
import { ProjectError } from "../project/projectError";
import type { SavedRun, StateFolder } from "./stateFolder";

/** Returns the state of the last run of this stack; undefined for a new folder. @throws ProjectError if it is another's */
export function savedRunOf(
  { name, stack, config }: Pick<Project, "name" | "stack" | "config">,
  folder: StateFolder,
): SavedRun | undefined {
  const saved = folder.read();
  if (!saved) return undefined;
  const { project, name: ofStack } = saved.stack ?? {};
  if (project !== name || ofStack !== stack)
    throw folder.unreadable(`is ${ownerOf(saved)}, not of the stack ${name} / ${stack}`);
  const { region } = saved.cloud;
  const wanted = config["aws:region"];
  if (region !== (wanted ?? DEFAULT_REGION))
    throw folder.unreadable(
      `is of the region ${region}, not of ${wanted ?? `${DEFAULT_REGION}, the default without aws:region`}`,
    );
  return saved;
}

/** Returns the state of the last run without a program. @throws ProjectError if it is a stack's */
export function savedRunWithoutProgram(folder: StateFolder): SavedRun | undefined {
  const saved = folder.read();
  if (saved?.stack)
    throw folder.unreadable(`is ${ownerOf(saved)}: 'localcloud up' continues with it; else`);
  return saved;
}

function ownerOf({ stack }: SavedRun): string {
  return stack ? `of the stack ${stack.project} / ${stack.name}` : "of a cloud without a program";
}

/**
 * Returns the port of a cloud that continues an earlier one: the same, because addresses of queues and APIs contain it.
 *
 * @param wanted 0 = any
 * @throws ProjectError if another port is wanted
 */
export function portOf({ port }: SavedRun, wanted: number, { directory }: StateFolder): number {
  if (wanted === 0 || wanted === port) return port;
  throw new ProjectError(
    `the state in ${directory} is of a cloud on port ${port}, which its addresses contain: start it with --port ${port}.`,
  );
}

/** Gives a new cloud the state of the last run. @throws ProjectError if it does not fit this version */
export async function continueCloud(
  cloud: Cloud,
  saved: SavedCloud,
  folder: StateFolder,
): Promise<void> {
  try {
    await restoreCloud(cloud, saved);
  } catch (error) {
    if (!isOfData(error)) throw error;
    throw folder.unreadable(`does not fit this version of localcloud (${error.message})`);
  }
}

/** Returns what is saved of a cloud that is ending. @throws ProjectError if something in it cannot be saved */
export async function runOf(cloud: Cloud): Promise<SavedRun> {
  const port = Number(new URL(cloud.endpoint).port);
  try {
    return { port, cloud: await saveCloud(cloud) };
  } catch (error) {
    if (!isOfData(error)) throw error;
    throw new ProjectError(
      `the state could not be saved, which is a fault of localcloud itself (${error.message}): it is as it was before this run. Please report it.`,
    );
  }
}

/** Checks whether data cannot be saved or restored: there is no rule for it, or it is nested too deeply (RangeError). */
function isOfData(error: unknown): error is Error {
  return error instanceof TypeError || error instanceof RangeError;
}
