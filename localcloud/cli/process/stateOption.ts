import { ProjectError } from "../../engine/project/projectError";
import { StateFolder } from "../../engine/state/stateFolder";
import type { Stop } from "./stopSignal";
import { version } from "../commandLine/version";

/** Opens the folder of `--state`, if one is given. @throws ProjectError if it cannot be used */
export function openStateFolder(directory: string | undefined): StateFolder | undefined {
  return directory === undefined ? undefined : StateFolder.open(directory, version());
}

/**
 * Ends a cloud, and says where its state is. Resolves with false if the state could not be saved; that is then printed.
 *
 * @param end saves the state in the folder, if there is one.
 */
export async function endSaving(
  folder: StateFolder | undefined,
  stopped: Pick<Stop, "saved">,
  end: () => Promise<void>,
): Promise<boolean> {
  try {
    await end();
    stopped.saved();
    if (folder) process.stdout.write(`state saved in ${folder.directory}\n`);
    return true;
  } catch (error) {
    if (!folder || !(error instanceof ProjectError)) throw error;
    process.stderr.write(`localcloud: ${error.message}\n`);
    return false;
  } finally {
    folder?.release();
  }
}
