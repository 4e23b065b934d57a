import type { ServiceDefinition } from "../../core/service";
import { inputRules } from "./model/inputRules";
import {
  changeMessageVisibility,
  changeMessageVisibilityBatch,
} from "./operations/changeMessageVisibility";
import { createQueue } from "./operations/createQueue";
import { deleteMessage, deleteMessageBatch } from "./operations/deleteMessage";
import { deleteQueue, purgeQueue } from "./operations/deleteQueue";
import { getQueueUrl, listDeadLetterSourceQueues, listQueues } from "./operations/findQueues";
import {
  cancelMessageMoveTask,
  listMessageMoveTasks,
  startMessageMoveTask,
} from "./operations/moveTasks";
import { addPermission, removePermission } from "./operations/permissions";
import { getQueueAttributes, setQueueAttributes } from "./operations/queueAttributes";
import { peekControl } from "./operations/peek";
import { receiveMessage } from "./operations/receiveMessage";
import { sendMessage, sendMessageBatch } from "./operations/sendMessage";
import { saving } from "./saving";
import { SqsStore } from "./store";
import { listQueueTags, tagQueue, untagQueue } from "./operations/tags";

/** Amazon SQS: standard and FIFO queues. */
export const sqs: ServiceDefinition<SqsStore> = {
  name: "sqs",
  signingName: "sqs",
  iamPrefix: "sqs",
  deniedCode: "AccessDenied",
  sdk: () => require("@aws-sdk/client-sqs") as object,
  constraints: inputRules,
  createStore: (scope) => new SqsStore(scope),
  saving,
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
  controls: { peek: peekControl },
  stop: async (store) => {
    for (const queue of store.queues.values()) queue.close();
  },
};
