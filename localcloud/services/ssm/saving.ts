import type { StoreSaving } from "../../core/saving/storeSaving";
import { CommandRunner } from "./commands/runner";
import type { SsmStore } from "./store";

/** Commands that ran when the cloud ended were ended with their instance's processes. */
export const saving: StoreSaving<SsmStore> = {
  // A running process.
  computed: ["kill"],
  parts: [CommandRunner],
  resume({ commands, runner }) {
    for (const command of commands.values()) runner.resume(command);
  },
};
