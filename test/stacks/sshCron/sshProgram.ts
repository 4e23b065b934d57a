import * as path from "node:path";
import { CloudWatchClient, DescribeAlarmHistoryCommand } from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeInstancesCommand, EC2Client, type Instance } from "@aws-sdk/client-ec2";
import { GetFunctionCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import { unzipSync } from "fflate";
import { createPrivateKey } from "node:crypto";
import { utils } from "ssh2";
import type { RunRecord } from "../../../callbacks/instances/sshCron/model";
import { dynamoStore } from "../../../callbacks/instances/sshCron/store/dynamoStore";
import type { Occurrence, RunStore } from "../../../callbacks/instances/sshCron/store/runStore";
import { type CronClients, cronCommand } from "../../../commands/sshCron/cronCommand";
import { CRON_USAGE, type CronCommand, parseCron } from "../../../commands/sshCron/cronOptions";
import { roleOf } from "../../../localcloud/testing";
import type { LambdaStore } from "../../../localcloud/services/lambda/store";
import { FixtureProgram } from "../../support/programs/fixtureProgram";

const DIRECTORY = path.join(__dirname, "../programs/sshCron");

/** The fixture program on a cloud whose clock only moves with `advance`. */
export class SshProgram extends FixtureProgram {
  /** Deploys the program and waits until its hosts have booted. */
  static async start(variables: Record<string, string> = {}): Promise<SshProgram> {
    const self = new SshProgram(await FixtureProgram.startEngine(DIRECTORY));
    await self.up(variables);
    await self.minutes(4);
    return self;
  }
  get store(): RunStore {
    return dynamoStore(this.program.client(DynamoDBClient), this.output("runsTable"), 30);
  }

  /** Returns the occurrences, oldest first, except the one during the deployment, when no host ran. */
  async occurrences(): Promise<(Occurrence & { runs: RunRecord[] })[]> {
    const { store } = this;
    const found = (await store.occurrences(100)).filter(({ hosts }) => hosts.length > 0).reverse();
    return Promise.all(found.map(async (one) => ({ ...one, runs: await store.runs(one.id) })));
  }

  /** Advances to the next occurrence and through it; returns its runs by host. */
  async next(): Promise<Record<string, RunRecord>> {
    const before = (await this.store.occurrences(100)).length;
    for (let minute = 0; minute < 16; minute += 1) {
      await this.minutes(1);
      if ((await this.store.occurrences(100)).length > before) break;
    }
    await this.minutes(1);
    const last = (await this.occurrences()).at(-1);
    return Object.fromEntries((last?.runs ?? []).map((run) => [run.host, run]));
  }

  async hosts(): Promise<Instance[]> {
    const Filters = [{ Name: "instance-state-name", Values: ["running"] }];
    const { Reservations = [] } = await this.program
      .client(EC2Client)
      .send(new DescribeInstancesCommand({ Filters }));
    return Reservations.flatMap(({ Instances = [] }) => Instances);
  }

  /** Makes a host misbehave. */
  async behave(instanceId: string, behaviour: string): Promise<void> {
    return this.control("ssh", { instanceId, behaviour });
  }

  /** Makes the agent of Systems Manager on a host misbehave. */
  async behaveAgent(instanceId: string, behaviour: string): Promise<void> {
    return this.control("agent", { instanceId, behaviour });
  }

  async logs(): Promise<string[]> {
    const { Contents = [] } = await this.program
      .client(S3Client)
      .send(new ListObjectsV2Command({ Bucket: this.output("logsBucket") }));
    return Contents.map(({ Key = "" }) => Key);
  }

  async log(Key: string): Promise<string> {
    const { Body } = await this.program
      .client(S3Client)
      .send(new GetObjectCommand({ Bucket: this.output("logsBucket"), Key }));
    return (await Body?.transformToString()) ?? "";
  }

  /** Returns the contents of the functions' packages. */
  async packages(): Promise<string[]> {
    const lambda = this.program.client(LambdaClient);
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const texts: string[] = [];
    for (const { FunctionName } of Functions) {
      const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName }));
      const zip = await (await fetch(Code?.Location ?? "")).arrayBuffer();
      const files = Object.values(unzipSync(new Uint8Array(zip)));
      texts.push(...files.map((bytes) => Buffer.from(bytes).toString("latin1")));
    }
    return texts;
  }

  /** Returns every line of the private key in the bucket. */
  async privateKeyLines(): Promise<string[]> {
    // The first lines contain the public key, which is not secret.
    return (await this.privateKey()).split("\n").slice(3, -2);
  }

  /** Returns the texts by which a file with the private key is recognized: its lines and its bytes. */
  async privateKeyTexts(): Promise<(string | Buffer)[]> {
    const parsed = utils.parseKey(await this.privateKey());
    if (parsed instanceof Error) throw parsed;
    const { d = "" } = createPrivateKey(parsed.getPrivatePEM()).export({ format: "jwk" });
    return [...(await this.privateKeyLines()), Buffer.from(d, "base64url"), d];
  }

  private async privateKey(): Promise<string> {
    const { Body } = await this.program
      .client(S3Client)
      .send(new GetObjectCommand({ Bucket: this.output("keyBucket"), Key: "id_ed25519" }));
    return (await Body?.transformToString()) ?? "";
  }

  /** Returns the ids of the processes that run functions now. */
  get functionProcesses(): number[] {
    const service = this.cloud.registry.named("lambda");
    // The registry's type does not know the type of a service's store.
    const store = service?.store(this.cloud.defaultRegion, this.cloud) as LambdaStore;
    return store.fleet.processes();
  }

  /** Returns everything that the functions have logged. */
  async logged(): Promise<string> {
    const logs = this.program.client(CloudWatchLogsClient);
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
    const texts: string[] = [];
    for (const { logGroupName } of logGroups)
      for await (const { events = [] } of paginateFilterLogEvents(
        { client: logs },
        { logGroupName },
      ))
        texts.push(...events.map(({ message = "" }) => message));
    return texts.join("\n");
  }

  /** Returns how often the alarm changed to ALARM since then. */
  async alarmsSince(end: string, since: number): Promise<number> {
    const { AlarmHistoryItems = [] } = await this.program.client(CloudWatchClient).send(
      new DescribeAlarmHistoryCommand({
        HistoryItemType: "StateUpdate",
        StartDate: new Date(since),
        MaxRecords: 100,
      }),
    );
    return AlarmHistoryItems.filter(
      ({ AlarmName = "", HistorySummary = "" }) =>
        AlarmName.includes(end) && HistorySummary.endsWith("to ALARM"),
    ).length;
  }

  /** Returns the output of `npx aws-callbacks <args>`, and its exit code. */
  async command(...args: string[]): Promise<{ code: number; text: string }> {
    const lines: string[] = [];
    const options = parseCron(args[0] as CronCommand, args.slice(1));
    if (!options) return { code: 0, text: CRON_USAGE };
    const clients: CronClients = {
      dynamodb: this.program.client(DynamoDBClient),
      lambda: this.program.client(LambdaClient),
      s3: this.program.client(S3Client),
      ssm: this.program.client(SSMClient),
    };
    const code = await cronCommand(options, { clients, print: (line) => void lines.push(line) });
    return { code, text: lines.join("\n") };
  }

  trigger(event: object): Promise<string> {
    return this.callFunction(this.output("triggerName"), event);
  }

  roleName(suffix: string): string {
    return roleOf(this.engine.session.resources, `hello-${suffix}`);
  }
}
