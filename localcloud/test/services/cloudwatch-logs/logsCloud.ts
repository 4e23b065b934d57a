import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
  type FilterLogEventsCommandInput,
  type PutLogEventsCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { cloudwatch } from "../../../services/cloudwatch";
import { cloudwatchLogs } from "../../../services/cloudwatch-logs";
import { iam } from "../../../services/iam";

/** The log group of the tests. */
export const GROUP = "/aws/lambda/hello";

/** A cloud with CloudWatch Logs and metrics, and a client for it; its time only moves with `advance`. */
export class LogsCloud {
  private constructor(
    readonly cloud: Cloud,
    readonly client: CloudWatchLogsClient,
  ) {}

  static async start(): Promise<LogsCloud> {
    const services = [iam, cloudwatchLogs, cloudwatch];
    const cloud = await startCloud({ services, clock: "manual" });
    const client = new CloudWatchLogsClient({
      endpoint: cloud.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "root", secretAccessKey: "root" },
      maxAttempts: 1,
    });
    return new LogsCloud(cloud, client);
  }

  async close(): Promise<void> {
    this.client.destroy();
    await this.cloud.close();
  }

  /** Creates the group with these streams. */
  async makeStreams(...names: string[]): Promise<void> {
    await this.client.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
    for (const logStreamName of names)
      await this.client.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName }));
  }

  /** Puts messages, the first one now, the others at intervals of a millisecond. */
  put(
    logStreamName: string,
    messages: string[],
    from = this.cloud.clock.now(),
  ): Promise<PutLogEventsCommandOutput> {
    return this.client.send(
      new PutLogEventsCommand({
        logGroupName: GROUP,
        logStreamName,
        logEvents: messages.map((message, index) => ({ message, timestamp: from + index })),
      }),
    );
  }

  /** Returns the messages that FilterLogEvents finds. */
  async filter(more: Partial<FilterLogEventsCommandInput>): Promise<(string | undefined)[]> {
    const command = new FilterLogEventsCommand({ logGroupName: GROUP, ...more });
    const { events = [] } = await this.client.send(command);
    return events.map((event) => event.message);
  }
}
