import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { SQSClient } from "@aws-sdk/client-sqs";
import { strToU8, zipSync } from "fflate";
import type { ClockMode } from "../../../core/clock";
import { startCloud, type Cloud, type CloudOptions } from "../../../cloud/cloud";
import type { ServiceDefinition } from "../../../core/service";
import { iam } from "../../../services/iam";
import { cloudwatch } from "../../../services/cloudwatch";
import { cloudwatchLogs } from "../../../services/cloudwatch-logs";
import { lambda } from "../../../services/lambda";
import { sqs } from "../../../services/sqs";
import { sts } from "../../../services/sts";
import { LogLines } from "./logLines";

const LAMBDA_TRUST = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
};

const CONNECTION = {
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
};

/** A cloud with Lambda and the services it uses, SDK clients for it, and a role for functions. */
export class LambdaCloud {
  readonly lambda: LambdaClient;
  readonly iam: IAMClient;
  readonly sqs: SQSClient;
  roleArn = "";

  private constructor(
    readonly cloud: Cloud,
    readonly logs: LogLines,
  ) {
    const settings = { ...CONNECTION, endpoint: cloud.endpoint };
    this.lambda = new LambdaClient(settings);
    this.iam = new IAMClient(settings);
    this.sqs = new SQSClient(settings);
  }

  static async start(
    clock: ClockMode = "running",
    options: Pick<CloudOptions, "traces" | "services"> = {},
  ): Promise<LambdaCloud> {
    // The list loses each service's store type, as the table in services/index.ts does.
    const services = [
      iam,
      sts,
      sqs,
      cloudwatchLogs,
      cloudwatch,
      lambda,
    ] as unknown as ServiceDefinition<never>[];
    const cloud = await startCloud({ clock, services, ...options });
    const started = new LambdaCloud(cloud, new LogLines(cloud.events));
    started.roleArn = await started.role("worker", [
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ]);
    return started;
  }

  async stop(): Promise<void> {
    this.lambda.destroy();
    this.iam.destroy();
    this.sqs.destroy();
    await this.cloud.close();
  }

  async role(name: string, actions: string[], trust: object = LAMBDA_TRUST): Promise<string> {
    const { Role } = await this.iam.send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    if (actions.length > 0) await this.grant(name, actions);
    return Role?.Arn ?? "";
  }

  async grant(roleName: string, actions: string[]): Promise<void> {
    const statement = { Effect: "Allow", Action: actions, Resource: "*" };
    await this.iam.send(
      new PutRolePolicyCommand({
        RoleName: roleName,
        PolicyName: "actions",
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
      }),
    );
  }

  async revoke(roleName: string): Promise<void> {
    await this.iam.send(new DeleteRolePolicyCommand({ RoleName: roleName, PolicyName: "actions" }));
  }

  /** Creates a function from the text of its `index.js`, or from several files. */
  async create(
    name: string,
    code: string | Record<string, string>,
    options: Partial<CreateFunctionCommandInput> = {},
  ): Promise<void> {
    await this.lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        Role: this.roleArn,
        Code: { ZipFile: zip(code) },
        ...options,
      }),
    );
  }

  async invoke(
    name: string,
    event: unknown = {},
    options: Partial<InvokeCommandInput> = {},
  ): Promise<Answer> {
    const output = await this.lambda.send(
      new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event), ...options }),
    );
    const text = output.Payload ? Buffer.from(output.Payload).toString("utf8") : "";
    return {
      statusCode: output.StatusCode,
      error: output.FunctionError,
      version: output.ExecutedVersion,
      log: Buffer.from(output.LogResult ?? "", "base64").toString("utf8"),
      value: JSON.parse(text === "" ? "null" : text) as Record<string, unknown>,
    };
  }
}

export interface Answer {
  readonly statusCode?: number;
  readonly error?: string;
  readonly version?: string;
  readonly log: string;
  /** The handler's result: an object in most tests, any value in the others. */
  readonly value: Record<string, unknown>;
}

export function zip(code: string | Record<string, string>): Uint8Array {
  const files = typeof code === "string" ? { "index.js": code } : code;
  const entries = Object.entries(files).map(([path, text]) => [path, strToU8(text)] as const);
  // The same files always give the same bytes, independent of the time.
  return zipSync(Object.fromEntries(entries), { mtime: new Date("2026-01-01T00:00:00Z") });
}

/** Returns the error of a call; fails the test if it succeeds. */
export async function errorOf(
  call: Promise<unknown>,
): Promise<Error & { $metadata?: { httpStatusCode?: number }; Reason?: string }> {
  try {
    await call;
  } catch (error) {
    return error as Error;
  }
  throw new Error("The call succeeded although an error was expected.");
}

const LONGEST_WAIT_MS = 20_000;

/** Resolves as soon as the condition is true; fails after a time limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const began = performance.now();
  while (!(await condition())) {
    if (performance.now() - began > LONGEST_WAIT_MS)
      throw new Error(`Waited in vain for ${condition.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Returns whether a process with that id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Creates a folder for one test, in which handlers write marker files. */
export function scratchFolder(): { path(name: string): string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "lambda-test-"));
  return {
    path: (name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
