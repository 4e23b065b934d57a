import type { ServiceDefinition } from "../../core/service";
import { changeMessageVisibility, changeMessageVisibilityBatch } from "./changeMessageVisibility";
import { createQueue } from "./createQueue";
import { deleteMessage, deleteMessageBatch } from "./deleteMessage";
import { deleteQueue, purgeQueue } from "./deleteQueue";
import { getQueueUrl, listDeadLetterSourceQueues, listQueues } from "./findQueues";
import { cancelMessageMoveTask, listMessageMoveTasks, startMessageMoveTask } from "./moveTasks";
import { addPermission, removePermission } from "./permissions";
import { getQueueAttributes, setQueueAttributes } from "./queueAttributes";
import { receiveMessage } from "./receiveMessage";
import { sendMessage, sendMessageBatch } from "./sendMessage";
import { SqsStore } from "./store";
import { listQueueTags, tagQueue, untagQueue } from "./tags";

/** Amazon SQS: standard and FIFO queues. */
export const sqs: ServiceDefinition<SqsStore> = {
  name: "sqs",
  signingName: "sqs",
  iamPrefix: "sqs",
  deniedCode: "AccessDenied",
  sdk: () => require("@aws-sdk/client-sqs") as object,
  createStore: (scope) => new SqsStore(scope),
  operations: {
    AddPermission: addPermission,
    CancelMessageMoveTask: cancelMessageMoveTask,
    ChangeMessageVisibility: changeMessageVisibility,
    ChangeMessageVisibilityBatch: changeMessageVisibilityBatch,
    CreateQueue: createQueue,
    DeleteMessage: deleteMessage,
    DeleteMessageBatch: deleteMessageBatch,
    DeleteQueue: deleteQueue,
    GetQueueAttributes: getQueueAttributes,
    GetQueueUrl: getQueueUrl,
    ListDeadLetterSourceQueues: listDeadLetterSourceQueues,
    ListMessageMoveTasks: listMessageMoveTasks,
    ListQueueTags: listQueueTags,
    ListQueues: listQueues,
    PurgeQueue: purgeQueue,
    ReceiveMessage: receiveMessage,
    RemovePermission: removePermission,
    SendMessage: sendMessage,
    SendMessageBatch: sendMessageBatch,
    SetQueueAttributes: setQueueAttributes,
    StartMessageMoveTask: startMessageMoveTask,
    TagQueue: tagQueue,
    UntagQueue: untagQueue,
  },
  stop: async (store) => {
    for (const queue of store.queues.values()) queue.close();
  },
};
