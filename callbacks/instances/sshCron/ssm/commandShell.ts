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
  /** Where the agent puts all of an output. */
  readonly bucket: string;
  readonly prefix: string;
  /** A comment of its own for each command, of 100 characters at most. */
  comment(): string;
}

export interface CommandPorts {
  readonly ssm: SSMClient;
  readonly random: Deps["random"];
  /** Hands on what a command has printed. */
  tellOutput(commandId: string, invocation: Invocation, hear: Work["hear"]): Promise<void>;
}

/** Milliseconds that an agent has to take a command; the API allows no less. */
const DELIVERY = 30_000;
/** Milliseconds in which the service tells of an end. */
const TO_TELL = 10_000;

/** Runs commands by Run Command, one after another. */
export function commandShell(target: CommandTarget, ports: CommandPorts, work: Work): Shell {
  return async (line, { milliseconds, stdin, hear }) => {
    const { ssm, random } = ports;
    const input = commandInput(target, agentScript(line, target.user, stdin), milliseconds);
    const sent = await sendCommand(ssm, input, work, random);
    if (typeof sent !== "string") return sent;
    work.note(`command ${sent}`);
    const until = Math.min(work.limits.until, work.now() + DELIVERY + milliseconds + TO_TELL);
    const asked = new SentCommand(sent, target.instanceId, ports, work);
    try {
      const { executed, invocation } = (await asked.end(until)) ?? (await asked.giveUp());
      if (invocation) await ports.tellOutput(sent, invocation, hear);
      return executed;
    } catch (error) {
      const reason = `Systems Manager does not tell how it went: ${reasonOf(error)}`;
      return { kind: "disconnected", reason };
    }
  };
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

/** Milliseconds between two looks. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 5_000;
/** Looks at a command that was cancelled. */
const LAST_LOOKS = 3;

/** A command on its instance, that is asked after. */
class SentCommand {
  private last: Invocation | undefined;

  constructor(
    private readonly CommandId: string,
    private readonly InstanceId: string,
    private readonly ports: CommandPorts,
    private readonly work: Work,
  ) {}

  /** Undefined when it has not ended by then. */
  async end(until: number): Promise<Ended | undefined> {
    for (let wait = FIRST_WAIT; ; wait = Math.min(LONGEST_WAIT, wait * 1.5)) {
      const invocation = await this.look(until);
      const executed = invocation && commandEnd(invocation);
      if (executed) return { executed, invocation };
      const left = until - this.work.now();
      if (left <= 0) return undefined;
      await this.work.sleep(Math.min(wait, left));
    }
  }

  /** Its time is over: it is told to end, which it may do in its own way meanwhile. */
  async giveUp(): Promise<Ended> {
    const { CommandId, InstanceId, work } = this;
    const isBegun = this.last !== undefined && hasBegun(this.last);
    const cancel = new CancelCommandCommand({ CommandId, InstanceIds: [InstanceId] });
    await this.ports.ssm.send(cancel).catch((error: unknown) => {
      work.note(`it could not be cancelled: ${nameOf(error)}`);
    });
    for (let look = 0; look < LAST_LOOKS; look += 1) {
      const invocation = await this.look(work.now());
      const executed = invocation && commandEnd(invocation);
      if (executed?.kind === "exit") return { executed, invocation };
      if (executed) break;
      await work.sleep(FIRST_WAIT);
    }
    if (isBegun) return { executed: { kind: "timeout" }, invocation: this.last };
    const reason = "the agent did not take the command in time";
    return { executed: { kind: "refused", state: "unreachable", reason } };
  }

  private async look(until: number): Promise<Invocation | undefined> {
    const { CommandId, InstanceId, work } = this;
    const deps = { now: work.now, sleep: work.sleep, random: this.ports.random };
    try {
      const command = new GetCommandInvocationCommand({ CommandId, InstanceId });
      this.last = await retrying({ deps, until }, () => this.ports.ssm.send(command));
    } catch (error) {
      // It is there a moment after it was sent: https://github.com/aws/aws-sdk/issues/86
      if (nameOf(error) !== "InvocationDoesNotExist") throw error;
    }
    return this.last;
  }
}
