import { GetParameterCommand, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { MOST_BYTES, type GateResults } from "../history/history";
import { hasTexts, readParameterText } from "../history/parameterText";

export const deploymentOnlyModule = true;

interface Noted {
  readonly results: GateResults;
  /** Parameter Store increases it with each write. */
  readonly version: number;
}

/** Reads the gate results of the releases of `stage`. */
export async function readGateResults(ssm: SSMClient, parameter: string): Promise<GateResults> {
  return (await read(ssm, parameter)).results;
}

/**
 * Records which run judges now, so that an earlier run that still works after its update was killed is superseded;
 * returns the gate results so far.
 *
 * @param judge unique id of this run.
 */
export async function claimGateRun(
  ssm: SSMClient,
  parameter: string,
  judge: string,
): Promise<GateResults> {
  const { first, passed, failed } = await readGateResults(ssm, parameter);
  const before: GateResults = { ...(first ? { first } : {}), passed, failed };
  await write(ssm, parameter, { ...before, judge });
  return before;
}

/**
 * Records a gate result, unless another run judges by now; returns whether it did. Parameter Store has no conditional
 * write, but it counts versions: when the count shows another write between the reading and the writing, the other
 * write is restored.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
export async function recordGateResult(
  ssm: SSMClient,
  parameter: string,
  judge: string,
  results: GateResults,
): Promise<boolean> {
  const before = await read(ssm, parameter);
  if (before.results.judge !== judge) return false;
  const version = await write(ssm, parameter, { ...results, judge });
  if (version === before.version + 1) return true;
  const newer = await read(ssm, `${parameter}:${version - 1}`);
  await write(ssm, parameter, newer.results);
  return false;
}

async function read(ssm: SSMClient, Name: string): Promise<Noted> {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
  const results = readParameterText(Name, Parameter?.Value ?? "{}", isGateResults);
  return { results, version: Parameter?.Version ?? 0 };
}

function isGateResults(value: unknown): value is GateResults {
  if (!hasTexts(value)) return false;
  const { passed, failed } = value as Record<string, unknown>;
  return [passed, failed].every(
    (release) => release === undefined || hasTexts(release, "version", "deploymentId"),
  );
}

async function write(ssm: SSMClient, Name: string, results: GateResults): Promise<number> {
  const Value = gateResultsText(results);
  const { Version = 0 } = await ssm.send(new PutParameterCommand({ Name, Value, Overwrite: true }));
  return Version;
}

/**
 * Serializes the gate results so that they fit into a parameter: stage variables can be long, and are removed first.
 */
export function gateResultsText(results: GateResults): string {
  const text = JSON.stringify(results);
  if (Buffer.byteLength(text) <= MOST_BYTES || !results.passed) return text;
  const { version, deploymentId } = results.passed;
  return JSON.stringify({ ...results, passed: { version, deploymentId } });
}
