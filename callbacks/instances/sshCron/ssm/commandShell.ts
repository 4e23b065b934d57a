import {
  CancelCommandCommand,
  GetCommandInvocationCommand,
  type SendCommandCommandInput,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import type { Deps } from "../../../deps";
import { nameOf, reasonOf, retrying } from "../../../retry";
import type { Executed, Shell, Work } from "../job";
import { agentScript } from "./agentScript";
import { commandEnd, hasBegun, type Invocation } from "./commandEnd";
import { sendCommand } from "./sendCommand";

export const deploymentOnlyModule = true;

export interface CommandTarget {
  readonly instanceId: string;
  readonly user: string;
  /** Bucket to which the agent writes the whole output. */
  readonly bucket: string;
  readonly prefix: string;
  /** Returns a unique comment for each command, of 100 characters at most. */
  comment(): string;
}

export interface CommandPorts {
  readonly ssm: SSMClient;
  readonly random: Deps["random"];
  /** Passes on the output of a command. */
  readOutput(commandId: string, invocation: Invocation, hear: Work["hear"]): Promise<void>;
}

/** Milliseconds in which an agent must accept a command; the API allows no less. */
const DELIVERY = 30_000;
/** Milliseconds in which the service reports the end. */
const REPORT_MS = 10_000;

/** Runs commands with Run Command, one after another. */
export function commandShell(target: CommandTarget, ports: CommandPorts, work: Work): Shell {
  return async (line, { milliseconds, stdin, hear }) => {
    const { ssm, random } = ports;
    const input = commandInput(target, agentScript(line, target.user, stdin), milliseconds);
    const sent = await sendCommand(ssm, input, work, random);
    if (typeof sent !== "string") return sent;
    work.note(`command ${sent}`);
    const until = Math.min(work.limits.until, work.now() + DELIVERY + milliseconds + REPORT_MS);
    const command: SentCommand = { CommandId: sent, InstanceId: target.instanceId };
    try {
      const poll = pollOf(command, ports, work);
      const cancel = cancelling(command, ports, work);
      const { executed, invocation } = await follow(poll, cancel, until, work);
      if (invocation) await ports.readOutput(sent, invocation, hear);
      return executed;
    } catch (error) {
      const reason = `Systems Manager did not report the result: ${reasonOf(error)}`;
      return { kind: "disconnected", reason };
    }
  };
}

interface SentCommand {
  readonly CommandId: string;
  readonly InstanceId: string;
}

function commandInput(
  { instanceId, bucket, prefix, comment }: CommandTarget,
  script: string,
  milliseconds: number,
) {
  return {
    DocumentName: "AWS-RunShellScript",
    InstanceIds: [instanceId],
    Comment: comment(),
    TimeoutSeconds: DELIVERY / 1000,
    Parameters: {
      commands: [script],
      executionTimeout: [String(Math.ceil(milliseconds / 1000))],
    },
    OutputS3BucketName: bucket,
    OutputS3KeyPrefix: prefix,
  } satisfies SendCommandCommandInput;
}

interface Ended {
  readonly executed: Executed;
  readonly invocation?: Invocation;
}

/** Milliseconds between two polls. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 5_000;
/** Number of polls after a command was cancelled. */
const LAST_POLLS = 3;

/** Polls a command until it has ended, or its time is over: then it is cancelled. */
async function follow(
  poll: Poll,
  cancel: () => Promise<void>,
  until: number,
  work: Work,
): Promise<Ended> {
  let last: Invocation | undefined;
  for (let wait = FIRST_WAIT; ; wait = Math.min(LONGEST_WAIT, wait * 1.5)) {
    last = (await poll(until)) ?? last;
    const executed = last && commandEnd(last);
    if (executed) return { executed, invocation: last };
    const left = until - work.now();
    if (left <= 0) break;
    await work.sleep(Math.min(wait, left));
  }
  await cancel();
  const isBegun = last !== undefined && hasBegun(last);
  for (let polls = 0; polls < LAST_POLLS; polls += 1) {
    last = (await poll(work.now())) ?? last;
    const executed = last && commandEnd(last);
    // It may have ended normally meanwhile.
    if (executed?.kind === "exit") return { executed, invocation: last };
    if (executed) break;
    await work.sleep(FIRST_WAIT);
  }
  if (isBegun) return { executed: { kind: "timeout" }, invocation: last };
  const reason = "the agent did not take the command in time";
  return { executed: { kind: "refused", state: "unreachable", reason } };
}

/** Undefined while the service does not know the command. */
type Poll = (until: number) => Promise<Invocation | undefined>;

function pollOf(command: SentCommand, { ssm, random }: CommandPorts, work: Work): Poll {
  const deps = { now: work.now, sleep: work.sleep, random };
  return async (until) => {
    try {
      return await retrying({ deps, until }, () =>
        ssm.send(new GetCommandInvocationCommand(command)),
      );
    } catch (error) {
      // It becomes visible a moment after it was sent: https://github.com/aws/aws-sdk/issues/86
      if (nameOf(error) === "InvocationDoesNotExist") return undefined;
      throw error;
    }
  };
}

function cancelling(
  { CommandId, InstanceId }: SentCommand,
  { ssm }: CommandPorts,
  { note }: Work,
): () => Promise<void> {
  return async () => {
    const command = new CancelCommandCommand({ CommandId, InstanceIds: [InstanceId] });
    await ssm
      .send(command)
      .catch((error: unknown) => note(`it could not be cancelled: ${nameOf(error)}`));
  };
}
