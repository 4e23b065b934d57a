import type { LoadSize } from "./redeployerLoad";

/** Largest pages and batches of the operations. */
const SERVICES_PER_DESCRIPTION = 10;
const PER_LIST = 100;
const MESSAGES_PER_BATCH = 10;

/**
 * Returns the fewest calls of one push when every call is made once and every page is full: reads for the plan, one
 * write for each change, and one check of each ended deployment.
 */
export function leastCalls({ families, clusters }: LoadSize): Readonly<Record<string, number>> {
  const services = families * clusters;
  const pages = (count: number, size: number): number => Math.max(1, Math.ceil(count / size));
  return {
    // The push: the token, the newest push of the repository, one message.
    "ssm:GetParameter": 1,
    "sqs:SendMessage": 1,
    // The plan: every family, every service of every cluster, the rules that start tasks of a cluster.
    "ecs:ListTaskDefinitionFamilies": pages(families, PER_LIST),
    "ecs:ListClusters": 1,
    "ecs:ListServices": clusters * pages(families, PER_LIST),
    "eventbridge:ListRuleNamesByTarget": clusters,
    // The newest push, and each family's record after its images are written as rolling.
    "dynamodb:GetItem": 1 + families,
    "sqs:SendMessageBatch": pages(families, MESSAGES_PER_BATCH),
    // The work, and reads of the service, its images and its record when its deployment ends.
    "ecs:RegisterTaskDefinition": families,
    "ecs:UpdateService": services,
    "ecs:DescribeTaskDefinition": families + services,
    "ecs:DescribeServices": clusters * pages(families, SERVICES_PER_DESCRIPTION) + services,
    "dynamodb:Query": services,
    // Newest push and summary.
    "dynamodb:PutItem": 2,
    // Planned; each service's end; for each family its beginning, its actions, its end, and both in the result.
    "dynamodb:UpdateItem": 1 + services + families * 4,
    // The image that is rolling, its pin, and that none is rolling any more.
    "ssm:PutParameter": families * 3,
  };
}
