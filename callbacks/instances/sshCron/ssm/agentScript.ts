import { shellQuote } from "../commandLine";

export const deploymentOnlyModule = true;

/**
 * The script with which the agent's shell, which is root's, runs a line as somebody who has logged in would: as the
 * user, in the user's home. The agent's own environment has neither HOME nor USER.
 * https://github.com/aws/amazon-ssm-agent/issues/427
 *
 * @param stdin what the line reads. Default: nothing.
 */
export function agentScript(line: string, user: string, stdin = ""): string {
  const inHome = quoteOnce(`cd "$HOME" || exit 1\n${line}`);
  const run =
    user === "root"
      ? `HOME="\${HOME:-$(echo ~root)}" /bin/sh -c ${inHome}`
      : `sudo -n -H -u ${shellQuote(user)} -- /bin/sh -c ${inHome}`;
  const reads = stdin === "" ? `${run} < /dev/null` : `printf %s ${quoteOnce(stdin)} | ${run}`;
  // In the order in which it is printed, as a terminal shows it.
  return `exec 2>&1\n${reads}`;
}

/**
 * Quoted, and with no two braces beside one another: Systems Manager puts the value of a parameter in the place of
 * `{{ssm:name}}`, so that a tag, which others chose, could have a secret read.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-runcommand.html
 */
function quoteOnce(text: string): string {
  return shellQuote(text).replace(/\{(?=\{)/g, "{''");
}
