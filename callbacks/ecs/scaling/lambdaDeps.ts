import type { ScalerDeps } from "./scalerHandler";

export const deploymentOnlyModule = true;

/** Lambda's own clock and log. */
export function lambdaDeps(): ScalerDeps {
  return {
    now: () => Date.now(),
    // A JSON log wraps what console.log is given; CloudWatch reads metrics from the top of a line only.
    print: (line) => void process.stdout.write(`${line}\n`),
    aws: {},
  };
}
