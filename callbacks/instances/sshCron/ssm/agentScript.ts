import { shellQuote } from "../commandLine";

export const deploymentOnlyModule = true;

/**
 * Returns the script with which the agent's shell, which runs as root, runs a line like a login of the user: as that
 * user, in the user's home. The agent's own environment has neither HOME nor USER.
 * https://github.com/aws/amazon-ssm-agent/issues/427
 *
 * @param stdin standard input of the line. Default: empty.
 */
export function agentScript(line: string, user: string, stdin = ""): string {
  const inHome = quoteOnce(`cd "$HOME" || exit 1\n${line}`);
  const run =
    user === "root"
      ? `HOME="\${HOME:-$(echo ~root)}" /bin/sh -c ${inHome}`
      : `sudo -n -H -u ${shellQuote(user)} -- /bin/sh -c ${inHome}`;
  const reads = stdin === "" ? `${run} < /dev/null` : `printf %s ${quoteOnce(stdin)} | ${run}`;
  // Both streams in the order in which they are printed, like on a terminal.
  return `exec 2>&1\n${reads}`;
}

/**
 * Quotes a text so that no two braces are adjacent: Systems Manager replaces `{{ssm:name}}` with the value of a
 * parameter, so a tag, which others can set, could reveal a secret.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-runcommand.html
 */
function quoteOnce(text: string): string {
  return shellQuote(text).replace(/\{(?=\{)/g, "{''");
}
