import type {
  Command,
  CommandInvocation,
  CommandInvocationStatus,
  CommandStatus,
} from "@aws-sdk/client-ssm";

/** A command that was sent, with what came of it on each of its instances. */
export interface StoredCommand {
  readonly id: string;
  /** What it was sent with, in the words of the API. */
  readonly sent: Command;
  /** The lines of its script. */
  readonly script: string;
  /** Seconds that the script may take on an instance. */
  readonly executionTimeout: number;
  /** How many instances run it at once. */
  readonly concurrency: number;
  /** More failures than this, and it is sent to nobody else. */
  readonly maxErrors: number;
  /** By instance id, in the order in which they are sent to. */
  readonly invocations: ReadonlyMap<string, Invocation>;
  status: CommandStatus;
  statusDetails: string;
  isCancelled: boolean;
}

/** What came of a command on one instance. */
export interface Invocation {
  readonly instanceId: string;
  /** Value of its tag Name. */
  readonly name: string;
  status: CommandInvocationStatus;
  statusDetails: string;
  startedAt?: Date;
  endedAt?: Date;
  /** -1 while there is none. */
  code: number;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Ends what runs. */
  kill?(): void;
}

/** What a script wrote: no more of it is kept than is told, or goes to S3. */
export interface Output {
  text: string;
  url: string;
}

export const PLUGIN = "aws:runShellScript";

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html */
export function hasEnded({ status }: Pick<Invocation, "status">): boolean {
  return !["Pending", "InProgress", "Delayed", "Cancelling"].includes(status);
}

export function isFailure({ status }: Pick<Invocation, "status">): boolean {
  return status === "Failed" || status === "TimedOut";
}

export function shownCommand(command: StoredCommand): Command {
  const all = [...command.invocations.values()];
  return {
    ...command.sent,
    Status: command.status,
    StatusDetails: command.statusDetails,
    TargetCount: all.length,
    CompletedCount: all.filter(hasEnded).length,
    ErrorCount: all.filter(isFailure).length,
    DeliveryTimedOutCount: all.filter(({ statusDetails }) => statusDetails === "DeliveryTimedOut")
      .length,
  };
}

/** With details there is a part for each step of the document, which is one here. */
export function shownInvocation(
  { sent }: StoredCommand,
  one: Invocation,
  withDetails: boolean,
): CommandInvocation {
  const { OutputS3BucketName, OutputS3KeyPrefix, OutputS3Region } = sent;
  const told = {
    Status: one.status,
    StatusDetails: one.statusDetails,
    StandardOutputUrl: one.stdout.url,
    StandardErrorUrl: one.stderr.url,
  };
  const { Comment, CommandId, DocumentName, DocumentVersion, RequestedDateTime } = sent;
  return {
    ...{ CommandId, Comment, DocumentName, DocumentVersion, RequestedDateTime, ...told },
    InstanceId: one.instanceId,
    InstanceName: one.name,
    TraceOutput: "",
    ServiceRole: "",
    CommandPlugins: withDetails
      ? [
          {
            ...{ OutputS3BucketName, OutputS3KeyPrefix, OutputS3Region, ...told },
            Name: PLUGIN,
            // The invocation can wait and be cancelled in more ways than its step.
            Status: one.status === "Delayed" ? "Pending" : pluginStatus(one.status),
            ResponseCode: one.code,
            ResponseStartDateTime: one.startedAt,
            ResponseFinishDateTime: one.endedAt,
            Output: pluginOutput(one),
          },
        ]
      : [],
  };
}

function pluginStatus(status: Exclude<CommandInvocationStatus, "Delayed">) {
  return status === "Cancelling" ? "InProgress" : status;
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CommandPlugin.html */
const PLUGIN_OUTPUT = 2500;
const TRUNCATED = "\n---Output truncated---";

function pluginOutput({ stdout, stderr }: Invocation): string {
  const text = stderr.text ? `${stdout.text}\n----------ERROR-------\n${stderr.text}` : stdout.text;
  if (text.length <= PLUGIN_OUTPUT) return text;
  return text.slice(0, PLUGIN_OUTPUT - TRUNCATED.length) + TRUNCATED;
}
