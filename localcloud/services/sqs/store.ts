import { formatArn, parseArn } from "../../core/arn";
import type { PolicyDocument } from "../../core/policyDocument";
import type { StoreScope } from "../../core/service";
import { invalidValue, queueDoesNotExist, required } from "./model/errors";
import type { MoveTask } from "./model/moveTask";
import { QueueReports } from "./model/queueReports";
import { Queue } from "./model/queue";
import type { DeadLetterTarget, QueueContext } from "./model/queueContext";
import { type QueueSettings } from "./model/queueSettings";
import { sequenceNumber } from "./model/sequenceNumber";
import { allowsSource, parseRedriveAllowPolicy, parseRedrivePolicy } from "./model/redrivePolicy";

/** The queues of one region. */
export class SqsStore implements QueueContext {
  readonly queues = new Map<string, Queue>();
  /** When a queue with that name was deleted, milliseconds. */
  readonly deletedAt = new Map<string, number>();
  readonly moveTasks: MoveTask[] = [];

  /** How many sequence numbers were issued. */
  private issued = 0n;
  private readonly reports: QueueReports;

  constructor(private readonly scope: StoreScope) {
    this.reports = new QueueReports(scope, () => this.queues.values());
  }

  get clock(): StoreScope["clock"] {
    return this.scope.clock;
  }

  nextSequenceNumber(): string {
    this.issued += 1n;
    return sequenceNumber(this.issued);
  }

  arnOf(queueName: string): string {
    return formatArn("sqs", this.scope, queueName);
  }

  urlOf(queueName: string): string {
    return `${this.scope.cloud.endpoint}/${this.scope.accountId}/${queueName}`;
  }

  /** Creates a queue from checked settings; the name must be free. */
  add(name: string, settings: QueueSettings): Queue {
    const queue = new Queue(name, this.arnOf(name), settings, this);
    this.checkRedrive(name, settings);
    this.queues.set(name, queue);
    return queue;
  }

  /** Returns the queue that a `QueueUrl` names. Throws QueueDoesNotExist. */
  at(queueUrl: string | undefined): Queue {
    const queue = this.find(required(queueUrl, "QueueUrl"));
    if (!queue) throw queueDoesNotExist();
    return queue;
  }

  /** Returns the queue with an ARN; undefined if it does not exist here or is in another region or account. */
  byArn(arn: string): Queue | undefined {
    const name = parseArn(arn)?.resource ?? "";
    return this.arnOf(name) === arn ? this.queues.get(name) : undefined;
  }

  /** Returns the policy of the queue; undefined if the queue or the policy does not exist. */
  policyOf(queueName: string): PolicyDocument | undefined {
    const text = this.queues.get(queueName)?.settings.get("Policy");
    return text ? (JSON.parse(text) as PolicyDocument) : undefined;
  }

  used(): void {
    this.reports.begin();
  }

  deadLetterTarget(queue: Queue): DeadLetterTarget | undefined {
    const policy = parseRedrivePolicy(queue.settings.get("RedrivePolicy"));
    const target = policy && this.byArn(policy.deadLetterTargetArn);
    return target && { queue: target, maxReceiveCount: policy.maxReceiveCount };
  }

  /** Returns the queues that send their dead letters to `target`. */
  sourcesOf(target: Queue): Queue[] {
    return [...this.queues.values()].filter(
      ({ settings }) =>
        parseRedrivePolicy(settings.get("RedrivePolicy"))?.deadLetterTargetArn === target.arn,
    );
  }

  /** Throws InvalidParameterValue for a redrive policy that is not allowed for this queue. */
  checkRedrive(name: string, settings: QueueSettings): void {
    parseRedriveAllowPolicy(settings.get("RedriveAllowPolicy"));
    const text = settings.get("RedrivePolicy");
    const policy = parseRedrivePolicy(text);
    if (!policy) return;
    const refuse = (reason: string): Error => invalidValue(text, "RedrivePolicy", reason);
    const target = this.byArn(policy.deadLetterTargetArn);
    if (!target) throw refuse("Dead letter target does not exist.");
    if (target.fifo !== settings.fifo)
      throw refuse("Dead-letter queue must be same type of queue as the source.");
    const allowed = parseRedriveAllowPolicy(target.settings.get("RedriveAllowPolicy"));
    if (!allowsSource(allowed, this.arnOf(name)))
      throw refuse(
        `${target.arn} does not allow ${this.arnOf(name)} to use it as a dead-letter queue.`,
      );
  }

  private find(queueUrl: string): Queue | undefined {
    const { accountId, name } = parseQueueUrl(queueUrl);
    if (accountId !== undefined && accountId !== this.scope.accountId) return undefined;
    return this.queues.get(name);
  }
}

/** Parses name and account of a queue URL with any host; also accepts a bare name. */
export function parseQueueUrl(queueUrl: string): { name: string; accountId?: string } {
  const [name, accountId] = queueUrl.split("/").reverse();
  return { name, ...(accountId && { accountId }) };
}
