import type {
  GetQueueUrlCommandInput,
  GetQueueUrlResult,
  ListDeadLetterSourceQueuesCommandInput,
  ListDeadLetterSourceQueuesResult,
  ListQueuesCommandInput,
  ListQueuesResult,
} from "@aws-sdk/client-sqs";
import { page, type Page } from "../../../core/page";
import type { Operation } from "../../../core/service";
import {
  checkNumber,
  invalidParameterValue,
  invalidValue,
  queueDoesNotExist,
  required,
} from "../model/errors";
import { onQueue, queueAccess } from "../model/onQueue";
import type { Queue } from "../model/queue";
import type { SqsStore } from "../store";

/** Maximum number of queues in one response. */
const MAX_RESULTS = 1000;

export const getQueueUrl: Operation<SqsStore, GetQueueUrlCommandInput, GetQueueUrlResult> = {
  access: ({ QueueName }, context) => [queueAccess("GetQueueUrl", QueueName ?? "", context)],

  run({ QueueName, QueueOwnerAWSAccountId }, { store, accountId }) {
    const name = required(QueueName, "QueueName");
    const foreign = QueueOwnerAWSAccountId !== undefined && QueueOwnerAWSAccountId !== accountId;
    if (foreign || !store.queues.has(name)) throw queueDoesNotExist();
    return { QueueUrl: store.urlOf(name) };
  },
};

export const listQueues: Operation<SqsStore, ListQueuesCommandInput, ListQueuesResult> = {
  access: (_input, { store }) => [{ action: "sqs:ListQueues", resource: store.arnOf("*") }],

  run({ QueueNamePrefix = "", MaxResults, NextToken }, { store }) {
    const queues = [...store.queues.values()].filter(({ name }) =>
      name.startsWith(QueueNamePrefix),
    );
    const { items, nextToken } = pageOf(queues, MaxResults, NextToken);
    return {
      ...(items.length > 0 && { QueueUrls: items.map(({ name }) => store.urlOf(name)) }),
      NextToken: nextToken,
    };
  },
};

export const listDeadLetterSourceQueues = onQueue(
  "ListDeadLetterSourceQueues",
  (
    queue,
    { MaxResults, NextToken }: ListDeadLetterSourceQueuesCommandInput,
    { store },
  ): ListDeadLetterSourceQueuesResult => {
    const { items, nextToken } = pageOf(store.sourcesOf(queue), MaxResults, NextToken);
    return { queueUrls: items.map(({ name }) => store.urlOf(name)), NextToken: nextToken };
  },
);

/** Returns a page of queues. Without `MaxResults`, SQS returns up to 1000 queues and no token. */
function pageOf(
  queues: Queue[],
  maxResults: number | undefined,
  token: string | undefined,
): Page<Queue> {
  const reason = `MaxResults must be an integer between 1 and ${MAX_RESULTS}.`;
  checkNumber(maxResults, "MaxResults", { min: 1, max: MAX_RESULTS, reason });
  if (token !== undefined && maxResults === undefined)
    throw invalidParameterValue(
      "MaxResults is a mandatory parameter when you provide a value for NextToken.",
    );
  const cut = page(queues, {
    key: ({ name }) => name,
    size: maxResults ?? MAX_RESULTS,
    token,
    invalidToken: () => invalidValue(token, "NextToken", "Invalid or expired next token."),
  });
  return maxResults === undefined ? { items: cut.items } : cut;
}
