import type {
  CancelMessageMoveTaskCommandInput,
  CancelMessageMoveTaskResult,
  ListMessageMoveTasksCommandInput,
  ListMessageMoveTasksResult,
  ListMessageMoveTasksResultEntry,
  StartMessageMoveTaskCommandInput,
  StartMessageMoveTaskResult,
} from "@aws-sdk/client-sqs";
import { parseArn } from "../../../core/arn";
import { AwsError } from "../../../core/errors";
import type { Operation } from "../../../core/service";
import { checkNumber, invalidParameterValue, required } from "../model/errors";
import { MoveTask } from "../model/moveTask";
import { queueAccess, type SqsContext } from "../model/onQueue";
import type { Queue } from "../model/queue";
import type { SqsStore } from "../store";

const MAX_PER_SECOND = 500;
/** Maximum number of tasks that ListMessageMoveTasks returns. */
const MAX_LISTED = 10;

export const startMessageMoveTask: Operation<
  SqsStore,
  StartMessageMoveTaskCommandInput,
  StartMessageMoveTaskResult
> = {
  // The caller needs the permissions for the actions that the task performs.
  // Source:
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
  access: ({ SourceArn, DestinationArn }, context) => [
    ...["StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map(
      (action) => arnAccess(action, SourceArn, context),
    ),
    ...(DestinationArn === undefined ? [] : [arnAccess("SendMessage", DestinationArn, context)]),
  ],

  run({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond }, { store }) {
    const source = queueOf(required(SourceArn, "SourceArn"), "SourceArn", store);
    if (store.sourcesOf(source).length === 0)
      throw invalidParameterValue("Source queue must be configured as a Dead Letter Queue.");
    const destination =
      DestinationArn === undefined ? undefined : queueOf(DestinationArn, "DestinationArn", store);
    const reason = `MaxNumberOfMessagesPerSecond must be between 1 and ${MAX_PER_SECOND}.`;
    const range = { min: 1, max: MAX_PER_SECOND, reason };
    checkNumber(MaxNumberOfMessagesPerSecond, "MaxNumberOfMessagesPerSecond", range);
    if (tasksOf(source, store).some(({ status }) => status === "RUNNING"))
      throw new AwsError(
        "UnsupportedOperation",
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    const task = new MoveTask(
      {
        source,
        destinationArn: DestinationArn,
        maxPerSecond: MaxNumberOfMessagesPerSecond,
        destination,
      },
      store,
    );
    store.moveTasks.push(task);
    task.begin();
    return { TaskHandle: task.handle };
  },
};

export const listMessageMoveTasks: Operation<
  SqsStore,
  ListMessageMoveTasksCommandInput,
  ListMessageMoveTasksResult
> = {
  access: ({ SourceArn }, context) => [arnAccess("ListMessageMoveTasks", SourceArn, context)],

  run({ SourceArn, MaxResults }, { store }) {
    const source = queueOf(required(SourceArn, "SourceArn"), "SourceArn", store);
    const reason = `MaxResults must be between 1 and ${MAX_LISTED}.`;
    checkNumber(MaxResults, "MaxResults", { min: 1, max: MAX_LISTED, reason });
    const newestFirst = tasksOf(source, store).reverse();
    return { Results: newestFirst.slice(0, MaxResults ?? 1).map(describe) };
  },
};

export const cancelMessageMoveTask: Operation<
  SqsStore,
  CancelMessageMoveTaskCommandInput,
  CancelMessageMoveTaskResult
> = {
  access({ TaskHandle }, context) {
    const task = context.store.moveTasks.find(({ handle }) => handle === TaskHandle);
    return [arnAccess("CancelMessageMoveTask", task?.options.source.arn, context)];
  },

  run({ TaskHandle }, { store }) {
    const handle = required(TaskHandle, "TaskHandle");
    const task = store.moveTasks.find((candidate) => candidate.handle === handle);
    if (!task) throw new AwsError("ResourceNotFoundException", "Task does not exist.");
    if (task.status !== "RUNNING")
      throw invalidParameterValue("Only active tasks can be cancelled.");
    task.cancel();
    return { ApproximateNumberOfMessagesMoved: task.moved };
  },
};

function arnAccess(action: string, arn: string | undefined, context: SqsContext) {
  return queueAccess(action, parseArn(arn ?? "")?.resource ?? "", context);
}

function queueOf(arn: string, parameter: string, store: SqsStore): Queue {
  const queue = store.byArn(arn);
  if (queue) return queue;
  throw new AwsError(
    "ResourceNotFoundException",
    `The resource that you specified for the ${parameter} parameter doesn't exist.`,
  );
}

function tasksOf(source: Queue, store: SqsStore): MoveTask[] {
  return store.moveTasks.filter(({ options }) => options.source === source);
}

function describe(task: MoveTask): ListMessageMoveTasksResultEntry {
  const { source, destinationArn, maxPerSecond } = task.options;
  return {
    ...(task.status === "RUNNING" && { TaskHandle: task.handle }),
    Status: task.status,
    SourceArn: source.arn,
    DestinationArn: destinationArn,
    MaxNumberOfMessagesPerSecond: maxPerSecond,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    FailureReason: task.failureReason,
    StartedTimestamp: task.startedAt,
  };
}
