// How long the real Pulumi CLI takes to create stack dev on the local cloud, preview it without changes and destroy it.
import { findPulumiCli, NO_CLI } from "../localcloud/test/support/pulumiCli";
import { CliStack } from "../test/support/cli/cliStack";
import type { Row } from "./packing";

const ROUNDS = 3;
const COMMANDS = [
  "up --yes --skip-preview",
  "preview --expect-no-changes",
  "destroy --yes --skip-preview",
];
/** Seconds for all three commands, on 2 quiet cores. */
const LIMIT = 50;

export async function run(): Promise<{ title: string; rows: Row[] }> {
  const cli = findPulumiCli();
  if (!cli) throw new Error(`The benchmark needs the Pulumi CLI: ${NO_CLI}.`);
  const rounds: number[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await secondsOfCommands(cli));
  const totals = rounds.map((seconds) => seconds.reduce((sum, one) => sum + one, 0));
  const median = [...totals].sort((one, other) => one - other)[Math.floor(ROUNDS / 2)];
  const fastest = rounds[totals.indexOf(Math.min(...totals))];
  return {
    title: `the Pulumi CLI with stack dev on the local cloud (seconds, ${ROUNDS} rounds)`,
    rows: [
      ...COMMANDS.map((command, i) => row(`fastest round: ${command}`, fastest[i])),
      row("fastest round: all three", Math.min(...totals)),
      { ...row("median round: all three", median), bar: `<= ${LIMIT}`, holds: median <= LIMIT },
    ],
  };
}

async function secondsOfCommands(cli: string): Promise<number[]> {
  const stack = await CliStack.start(cli, "dev", {});
  try {
    const seconds: number[] = [];
    for (const command of COMMANDS) {
      const started = performance.now();
      await stack.succeed(command);
      seconds.push((performance.now() - started) / 1000);
    }
    return seconds;
  } finally {
    await stack.close();
  }
}

function row(figure: string, seconds: number): Row {
  return { figure, ours: seconds.toFixed(1), theirs: String(LIMIT), ratio: seconds / LIMIT };
}
