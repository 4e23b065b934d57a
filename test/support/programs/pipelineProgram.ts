import * as path from "node:path";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import {
  GetAliasCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
} from "@aws-sdk/client-lambda";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { UploadStatus } from "../../../callbacks/delivery/zipToLambdaPipeline/report/status";
import { advanceUntilQuiet, callsOf, roleOf } from "../../../localcloud/testing";
import { FixtureProgram } from "./fixtureProgram";

const DIRECTORY = path.join(__dirname, "../../stacks/programs/zipToLambdaPipeline");

/** The fixture program on a cloud whose clock only moves with `advance`. */
export class PipelineProgram extends FixtureProgram {
  static async start(variables: Record<string, string> = {}): Promise<PipelineProgram> {
    const self = new PipelineProgram(await FixtureProgram.startEngine(DIRECTORY));
    await self.up(variables);
    return self;
  }
  get roleName(): string {
    return roleOf(this.engine.session.resources, "apps-worker");
  }
  functionName(app: string, prefix = "functionPrefix"): string {
    return this.output(prefix) + app;
  }

  /** Uploads a zip to the bucket, and returns the version of the object. */
  async drop(app: string, zip: Uint8Array, bucket = "bucketName"): Promise<string> {
    const { VersionId = "" } = await this.program.client(S3Client).send(
      new PutObjectCommand({
        Bucket: this.output(bucket),
        Key: `apps/${app}.zip`,
        Body: zip,
      }),
    );
    return VersionId;
  }

  async delete(app: string): Promise<void> {
    const Key = `apps/${app}.zip`;
    await this.program
      .client(S3Client)
      .send(new DeleteObjectCommand({ Bucket: this.output("bucketName"), Key }));
  }

  /** Advances time until nothing happens any more. */
  async settle(minutes = 1): Promise<void> {
    await advanceUntilQuiet(this.cloud, { quietMinutes: minutes, limitMinutes: 240 });
  }

  async status(app: string, bucket = "bucketName"): Promise<UploadStatus | undefined> {
    const Key = `status/apps/${app}.zip.json`;
    try {
      const { Body } = await this.program
        .client(S3Client)
        .send(new GetObjectCommand({ Bucket: this.output(bucket), Key }));
      return JSON.parse((await Body?.transformToString()) ?? "") as UploadStatus;
    } catch (error) {
      if ((error as Error).name === "NoSuchKey") return undefined;
      throw error;
    }
  }

  /** Returns the answer of an app's LIVE. */
  async invoke(app: string, event: object = {}, prefix?: string): Promise<unknown> {
    const { Payload } = await this.program.client(LambdaClient).send(
      new InvokeCommand({
        FunctionName: this.functionName(app, prefix),
        Qualifier: "LIVE",
        Payload: JSON.stringify(event),
      }),
    );
    return JSON.parse(Buffer.from(Payload ?? []).toString()) as unknown;
  }

  /** Returns the version of LIVE; undefined while there is none. */
  async live(app: string): Promise<string | undefined> {
    try {
      const input = { FunctionName: this.functionName(app), Name: "LIVE" };
      return (await this.program.client(LambdaClient).send(new GetAliasCommand(input)))
        .FunctionVersion;
    } catch (error) {
      if ((error as Error).name === "ResourceNotFoundException") return undefined;
      throw error;
    }
  }

  async versions(app: string): Promise<string[]> {
    const FunctionName = this.functionName(app);
    const { Versions = [] } = await this.program
      .client(LambdaClient)
      .send(new ListVersionsByFunctionCommand({ FunctionName }));
    return Versions.map(({ Version = "" }) => Version).filter((one) => one !== "$LATEST");
  }

  async functionNames(): Promise<string[]> {
    const { Functions = [] } = await this.program
      .client(LambdaClient)
      .send(new ListFunctionsCommand({}));
    return Functions.map(({ FunctionName = "" }) => FunctionName);
  }

  /** Returns how each upload of an app ended, oldest first. */
  async outcomes(app: string): Promise<{ versionId: string; outcome: string }[]> {
    const client = this.program.client(DynamoDBClient);
    const found: { part: string; versionId: string; outcome: string }[] = [];
    for await (const { Items = [] } of paginateScan(
      { client },
      { TableName: this.output("tableName") },
    ))
      for (const { name, part, versionId, outcome } of Items)
        if (name?.S === app && part?.S?.startsWith("upload#"))
          found.push({
            part: part.S,
            versionId: versionId?.S ?? "",
            outcome: outcome?.S ?? "",
          });
    return found
      .sort((a, b) => (a.part < b.part ? -1 : 1))
      .map(({ versionId, outcome }) => ({ versionId, outcome }));
  }

  /** Sends the worker a manual request, like the commands. */
  async ask(event: object): Promise<unknown> {
    const { Payload } = await this.program.client(LambdaClient).send(
      new InvokeCommand({
        FunctionName: this.output("workerName"),
        Payload: JSON.stringify(event),
      }),
    );
    return JSON.parse(Buffer.from(Payload ?? []).toString()) as unknown;
  }

  /** Returns the operations that the worker's own code calls; those of its poller are Lambda's. */
  async callsWhile(run: () => Promise<unknown>): Promise<string[]> {
    const after = this.cloud.recorder.last;
    await run();
    await this.settle();
    return callsOf(this.cloud, this.roleName, { after }).map(({ operation }) => operation);
  }

  /** Returns the number of messages in a queue, including hidden ones. */
  async waiting(queue: "queueUrl" | "deadLettersUrl"): Promise<number> {
    const { Attributes = {} } = await this.program
      .client(SQSClient)
      .send(
        new GetQueueAttributesCommand({ QueueUrl: this.output(queue), AttributeNames: ["All"] }),
      );
    return (
      Number(Attributes.ApproximateNumberOfMessages) +
      Number(Attributes.ApproximateNumberOfMessagesNotVisible) +
      Number(Attributes.ApproximateNumberOfMessagesDelayed)
    );
  }

  async send(body: string): Promise<void> {
    await this.program
      .client(SQSClient)
      .send(new SendMessageCommand({ QueueUrl: this.output("queueUrl"), MessageBody: body }));
  }
}
