import type { ScalerDeps } from "./scalerHandler";

export const deploymentOnlyModule = true;

/** Lambda's own clock and log. */
export function lambdaDeps(): ScalerDeps {
  return {
    now: () => Date.now(),
    // Lambda's JSON log format wraps the output of console.log; CloudWatch reads metrics only from the top level of a
    // line.
    print: (line) => void process.stdout.write(`${line}\n`),
    aws: {},
  };
}
