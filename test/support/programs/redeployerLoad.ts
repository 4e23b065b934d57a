import * as path from "node:path";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { paginateGetParametersByPath, SSMClient } from "@aws-sdk/client-ssm";
import type { RecordedCall } from "../../../localcloud/core/recorder";
import {
  advanceUntilQuiet,
  type Cloud,
  dockerHubPush,
  type RunningProgram,
  startProgram,
} from "../../../localcloud/testing";
import { throttles } from "../../../localcloud/services/ecs/model/throttles";
import { leastCalls } from "./redeployerLeastCalls";

export interface LoadSize {
  readonly families: number;
  /** Number of clusters; each family has one service in each. */
  readonly clusters: number;
}

/** Number of calls of one operation by the redeployer's roles. */
export interface OperationCount {
  /** `ecs:UpdateService` */
  readonly operation: string;
  readonly made: number;
  /** The fewest calls that the work needs, including paging. */
  readonly least: number;
}

export interface LoadResult {
  /** Milliseconds of cloud time from the first call of the planner to the last UpdateService. */
  readonly took: number;
  /** Milliseconds that ECS's rate limits, filled as at the push, take for the same calls. */
  readonly limit: number;
  readonly calls: readonly OperationCount[];
  /** Throttled attempts; they had no effect and are not included in the calls. */
  readonly refused: number;
  readonly newRevisions: { readonly fewest: number; readonly most: number };
  /** Services that do not run the newest revision of their family. */
  readonly behind: number;
  readonly deadLetters: number;
  /** Families that have finished, by their result and their pin. */
  readonly completed: number;
  readonly pinned: number;
}

const MINUTE = 60_000;
const TAG = "1.1";

/**
 * A deployed redeployer with families and services. The cloud's clock runs with this computer's while the functions
 * work, so that a second of waiting is a second in which ECS's token buckets fill. The clock only jumps when no
 * function waits: in the window before, and until the end of the deployments after.
 */
export class RedeployLoad {
  private readonly ecs: ECSClient;

  private constructor(
    readonly program: RunningProgram,
    private readonly size: LoadSize,
  ) {
    this.ecs = program.client(ECSClient);
  }

  static async start(size: LoadSize): Promise<RedeployLoad> {
    const directory = path.resolve(__dirname, "../../../bench/programs/redeploy");
    const program = await startProgram({ directory, clock: "running" });
    const load = new RedeployLoad(program, size);
    await load.populate();
    return load;
  }

  private get cloud(): Cloud {
    return this.program.cloud;
  }

  /** Creates everything, and waits until the services are stable and the token buckets full. */
  private async populate(): Promise<void> {
    const { families, clusters } = this.size;
    for (let index = 0; index < clusters; index += 1)
      await this.ecs.send(new CreateClusterCommand({ clusterName: `cluster-${index}` }));
    for (let index = 0; index < families; index += 1) {
      const family = `web-${index}`;
      const containerDefinitions = [{ name: "app", image: "acme/web:1.0", memory: 128 }];
      await this.ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions }));
      for (let number = 0; number < clusters; number += 1)
        await this.ecs.send(
          new CreateServiceCommand({
            cluster: `cluster-${number}`,
            serviceName: `service-${index}`,
            taskDefinition: family,
            desiredCount: 1,
          }),
        );
      // The time in which both token buckets refill.
      await this.cloud.clock.advance(Math.max(1000, clusters * 200));
    }
    await this.cloud.clock.advance(10 * MINUTE);
  }

  /** Pushes a tag through the webhook, and waits until every service has it. */
  async push(): Promise<LoadResult> {
    const made = new Map<string, number>();
    const worked: RecordedCall[] = [];
    let refused = 0;
    const onCall = (call: RecordedCall): void => {
      if (!isOfRedeployer(call)) return;
      if (/^Throttling/.test(call.errorCode ?? "")) refused += 1;
      if (call.outcome !== "ok") return;
      const operation = `${call.service}:${call.operation}`;
      made.set(operation, (made.get(operation) ?? 0) + 1);
      if (call.service === "ecs" && isOfRole(call, "redeploy-worker")) worked.push(call);
    };
    this.cloud.events.on("call", onCall);
    const services = this.size.families * this.size.clusters;
    const updated = this.untilMade("UpdateService", services);
    const { deliveryId } = await this.post();
    await this.cloud.clock.advance(MINUTE);
    await updated;
    const took = worked.findLast(isUpdate)!.time - worked[0].time;
    await advanceUntilQuiet(this.cloud, { quietMinutes: 8, limitMinutes: 60 });
    this.cloud.events.off("call", onCall);

    const least = leastCalls(this.size);
    const operations = [...new Set([...made.keys(), ...Object.keys(least)])].sort();
    const state = await this.state(deliveryId);
    return {
      took,
      limit: throttleLimit(this.size),
      calls: operations.map((operation) => ({
        operation,
        made: made.get(operation) ?? 0,
        least: least[operation] ?? 0,
      })),
      refused,
      ...state,
    };
  }

  private async post(): Promise<{ deliveryId: string }> {
    const pushed_at = Math.floor(this.cloud.clock.now() / 1000);
    const body = JSON.stringify(dockerHubPush({ tag: TAG, push_data: { pushed_at } }));
    const headers = { "content-type": "application/json" };
    const url = this.program.output("webhookUrl");
    const response = await fetch(url, { method: "POST", headers, body });
    if (response.status !== 202) throw new Error(`the webhook answered ${response.status}`);
    return (await response.json()) as { deliveryId: string };
  }

  /** Resolves with the last of this many calls; rejects after a minute without one. */
  private untilMade(operation: string, times: number): Promise<void> {
    const { events } = this.cloud;
    return new Promise((resolve, reject) => {
      let count = 0;
      let silence: NodeJS.Timeout | undefined;
      const end = (settle: () => void): void => {
        clearTimeout(silence);
        events.off("call", onCall);
        settle();
      };
      const giveUp = (): void =>
        end(() => reject(new Error(`${count} of ${times} ${operation} within a minute`)));
      const onCall = (call: RecordedCall): void => {
        if (call.operation !== operation || call.outcome !== "ok") return;
        clearTimeout(silence);
        silence = setTimeout(giveUp, MINUTE);
        if (++count === times) end(resolve);
      };
      silence = setTimeout(giveUp, 2 * MINUTE);
      events.on("call", onCall);
    });
  }

  /** Reads the state of everything, slowly enough that the reads are never throttled. */
  private async state(
    deliveryId: string,
  ): Promise<Pick<LoadResult, "newRevisions" | "behind" | "deadLetters" | "completed" | "pinned">> {
    const { families, clusters } = this.size;
    const revisions: number[] = [];
    let behind = 0;
    for (let index = 0; index < families; index += 1) {
      const { taskDefinitionArns = [] } = await this.ecs.send(
        new ListTaskDefinitionsCommand({ familyPrefix: `web-${index}` }),
      );
      revisions.push(taskDefinitionArns.length - 1);
      for (let number = 0; number < clusters; number += 1) {
        const { services = [] } = await this.ecs.send(
          new DescribeServicesCommand({
            cluster: `cluster-${number}`,
            services: [`service-${index}`],
          }),
        );
        const [service] = services;
        const [deployment, ...others] = service.deployments ?? [];
        const isThere =
          service.taskDefinition === taskDefinitionArns.at(-1) &&
          deployment.rolloutState === "COMPLETED" &&
          others.length === 0;
        if (!isThere) behind += 1;
      }
      await this.cloud.clock.advance(1000);
    }
    return {
      newRevisions: { fewest: Math.min(...revisions), most: Math.max(...revisions) },
      behind,
      deadLetters: await this.deadLetters(),
      completed: await this.completed(deliveryId),
      pinned: await this.pinned(),
    };
  }

  private async deadLetters(): Promise<number> {
    const sqs = this.program.client(SQSClient);
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    let count = 0;
    for (const QueueUrl of QueueUrls) {
      const AttributeNames = ["ApproximateNumberOfMessages" as const];
      const input = { QueueUrl, AttributeNames };
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand(input));
      count += Number(Attributes?.ApproximateNumberOfMessages);
    }
    return count;
  }

  private async completed(deliveryId: string): Promise<number> {
    const input = {
      TableName: this.program.output("tableName"),
      KeyConditionExpression: "id = :id AND begins_with(part, :part)",
      ExpressionAttributeValues: {
        ":id": { S: `delivery#${deliveryId}` },
        ":part": { S: "family#" },
      },
    };
    const client = this.program.client(DynamoDBClient);
    let count = 0;
    for await (const { Items = [] } of paginateQuery({ client }, input))
      count += Items.filter(({ state }) => state?.S === "completed").length;
    return count;
  }

  private async pinned(): Promise<number> {
    const input = { Path: this.program.output("pinPath"), Recursive: true };
    const client = this.program.client(SSMClient);
    let count = 0;
    for await (const { Parameters = [] } of paginateGetParametersByPath({ client }, input))
      count += Parameters.filter(({ Value }) => Value === `acme/web:${TAG}`).length;
    return count;
  }

  close(): Promise<void> {
    return this.program.close();
  }
}

/**
 * Checks for calls of its code: Lambda itself fetches its messages and writes its logs, and Parameter Store decrypts
 * for it.
 */
function isOfRedeployer(call: RecordedCall): boolean {
  if (!isOfRole(call, "redeploy-")) return false;
  const isLambdas = call.service === "cloudwatch-logs" || /^(Receive|Delete)M/.test(call.operation);
  return !isLambdas && call.service !== "kms";
}

function isOfRole({ principal }: RecordedCall, prefix: string): boolean {
  return principal.type === "role" && principal.roleName.startsWith(prefix);
}

function isUpdate({ operation }: RecordedCall): boolean {
  return operation === "UpdateService";
}

/** Full buckets allow their burst at once, and the rest at their rate; the slower of the two decides. */
function throttleLimit({ families, clusters }: LoadSize): number {
  const needed = { RegisterTaskDefinition: families, UpdateService: families * clusters };
  const times = Object.entries(needed).map(([operation, count]) => {
    const bucket = throttles.find(({ operations }) => operations.includes(operation));
    if (!bucket) throw new Error(`${operation} has no bucket`);
    return (Math.max(0, count - bucket.burst) / bucket.refillPerSecond) * 1000;
  });
  return Math.max(...times);
}
