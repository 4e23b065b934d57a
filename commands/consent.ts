import { CommandError } from "./commandError";
import type { CommandContext } from "./runCommand";

/**
 * Asks whether to do it.
 *
 * @throws CommandError when there is nobody to ask, and something to lose.
 */
export async function confirmAction(
  action: string,
  { terminal, environment }: CommandContext,
): Promise<boolean> {
  const answer = await terminal.confirm(`Really ${action}?`);
  if (answer !== undefined) return answer;
  // Nobody to ask, and nothing to lose on an emulator of this machine.
  if (isLoopback(environment.AWS_ENDPOINT_URL)) return true;
  throw new CommandError(
    `Nothing was changed: without a terminal to ask, give --yes to ${action}.`,
  );
}

export function isLoopback(endpoint: string | undefined): boolean {
  if (endpoint === undefined || !URL.canParse(endpoint)) return false;
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(endpoint).hostname);
}
