import type {
  Command,
  CommandInvocation,
  CommandInvocationStatus,
  CommandStatus,
} from "@aws-sdk/client-ssm";

/** A command that was sent, with its results on each instance. */
export interface StoredCommand {
  readonly id: string;
  /** The command as the API shows it. */
  readonly sent: Command;
  /** Lines of the script. */
  readonly script: string;
  /** Seconds that the script may take on an instance. */
  readonly executionTimeout: number;
  /** Maximum number of instances that run it at the same time. */
  readonly concurrency: number;
  /** If more invocations fail, it is not sent to further instances. */
  readonly maxErrors: number;
  /** By instance id, in the order of sending. */
  readonly invocations: ReadonlyMap<string, Invocation>;
  status: CommandStatus;
  statusDetails: string;
  isCancelled: boolean;
}

/** The state of a command on one instance. */
export interface Invocation {
  readonly instanceId: string;
  /** Value of its tag Name. */
  readonly name: string;
  status: CommandInvocationStatus;
  statusDetails: string;
  startedAt?: Date;
  endedAt?: Date;
  /** Exit code; -1 while there is none. */
  code: number;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Kills the running process. */
  kill?(): void;
}

/** Output of a script. Only as much is kept as responses or S3 need. */
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

/** Returns the invocation. With details, it contains a part for each step of the document; here there is one step. */
export function shownInvocation(
  { sent }: StoredCommand,
  one: Invocation,
  withDetails: boolean,
): CommandInvocation {
  const { OutputS3BucketName, OutputS3KeyPrefix, OutputS3Region } = sent;
  const common = {
    Status: one.status,
    StatusDetails: one.statusDetails,
    StandardOutputUrl: one.stdout.url,
    StandardErrorUrl: one.stderr.url,
  };
  const { Comment, CommandId, DocumentName, DocumentVersion, RequestedDateTime } = sent;
  return {
    ...{ CommandId, Comment, DocumentName, DocumentVersion, RequestedDateTime, ...common },
    InstanceId: one.instanceId,
    InstanceName: one.name,
    TraceOutput: "",
    ServiceRole: "",
    CommandPlugins: withDetails
      ? [
          {
            ...{ OutputS3BucketName, OutputS3KeyPrefix, OutputS3Region, ...common },
            Name: PLUGIN,
            // An invocation can wait and be cancelled in more ways than its step.
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
