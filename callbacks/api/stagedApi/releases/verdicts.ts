import { GetParameterCommand, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { MOST_BYTES, type Verdicts } from "../history/history";
import { hasTexts, readParameterText } from "../history/parameterText";

export const deploymentOnlyModule = true;

interface Noted {
  readonly verdicts: Verdicts;
  /** Parameter Store increases it with each write. */
  readonly version: number;
}

/** Reads the verdicts about the releases of `stage`. */
export async function readVerdicts(ssm: SSMClient, parameter: string): Promise<Verdicts> {
  return (await read(ssm, parameter)).verdicts;
}

/**
 * Records which run judges now, which makes an earlier run overtaken that may still run after its update was killed;
 * returns the verdicts so far.
 *
 * @param judge unique id of this run.
 */
export async function claimVerdict(
  ssm: SSMClient,
  parameter: string,
  judge: string,
): Promise<Verdicts> {
  const { first, passed, failed } = await readVerdicts(ssm, parameter);
  const before: Verdicts = { ...(first ? { first } : {}), passed, failed };
  await write(ssm, parameter, { ...before, judge });
  return before;
}

/**
 * Records a verdict, unless another run judges by now; returns whether it did. Parameter Store has no conditional
 * write, but it counts versions: when the count shows another write between the reading and the writing, the other
 * write is restored.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
export async function noteVerdict(
  ssm: SSMClient,
  parameter: string,
  judge: string,
  verdicts: Verdicts,
): Promise<boolean> {
  const before = await read(ssm, parameter);
  if (before.verdicts.judge !== judge) return false;
  const version = await write(ssm, parameter, { ...verdicts, judge });
  if (version === before.version + 1) return true;
  const newer = await read(ssm, `${parameter}:${version - 1}`);
  await write(ssm, parameter, newer.verdicts);
  return false;
}

async function read(ssm: SSMClient, Name: string): Promise<Noted> {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
  const verdicts = readParameterText(Name, Parameter?.Value ?? "{}", isVerdicts);
  return { verdicts, version: Parameter?.Version ?? 0 };
}

function isVerdicts(value: unknown): value is Verdicts {
  if (!hasTexts(value)) return false;
  const { passed, failed } = value as Record<string, unknown>;
  return [passed, failed].every(
    (release) => release === undefined || hasTexts(release, "version", "deploymentId"),
  );
}

async function write(ssm: SSMClient, Name: string, verdicts: Verdicts): Promise<number> {
  const Value = verdictText(verdicts);
  const { Version = 0 } = await ssm.send(new PutParameterCommand({ Name, Value, Overwrite: true }));
  return Version;
}

/** Serializes the verdicts so that they fit into a parameter: stage variables can be long, and are removed first. */
export function verdictText(verdicts: Verdicts): string {
  const text = JSON.stringify(verdicts);
  if (Buffer.byteLength(text) <= MOST_BYTES || !verdicts.passed) return text;
  const { version, deploymentId } = verdicts.passed;
  return JSON.stringify({ ...verdicts, passed: { version, deploymentId } });
}
