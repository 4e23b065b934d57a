import { CommandError } from "./commandError";
import type { CommandContext } from "./runCommand";

/**
 * Asks the user to confirm an action.
 *
 * @throws CommandError if there is no terminal to ask, and the target is not an emulator on this machine.
 */
export async function confirmAction(
  action: string,
  { terminal, environment }: CommandContext,
): Promise<boolean> {
  const answer = await terminal.confirm(`Really ${action}?`);
  if (answer !== undefined) return answer;
  // No terminal to ask, but an emulator on this machine has nothing to lose.
  if (isLoopback(environment.AWS_ENDPOINT_URL)) return true;
  throw new CommandError(
    `Nothing was changed: there is no terminal to ask for confirmation; give --yes to ${action}.`,
  );
}

export function isLoopback(endpoint: string | undefined): boolean {
  if (endpoint === undefined || !URL.canParse(endpoint)) return false;
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(endpoint).hostname);
}
