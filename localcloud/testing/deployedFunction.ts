import { randomUUID } from "node:crypto";
import { strToU8, zipSync } from "fflate";
import { formatArn } from "../core/arn";
import { VirtualClock, type Clock } from "../core/clock";
import { ReportBatcher } from "../core/gathered";
import type { SessionCredentials } from "../core/identity";
import { readCodePackage } from "../services/lambda/model/codePackage";
import type { FunctionVersion } from "../services/lambda/model/model";
import { ExecutionEnvironment } from "../services/lambda/runtime/environment";
import { TaskFolders } from "../services/lambda/runtime/taskFolder";
import { newSettings } from "../services/lambda/model/settings";
import type { CloudAccess } from "./access";
import { ACCOUNT_ID, REGION } from "./events/example";

export interface AsDeployedOptions {
  /** Default `index.handler`. */
  readonly handler?: string;
  /**
   * Runtime whose behaviour is emulated; the code runs on this process's Node.js. Default `nodejs24.x`, like
   * CallbackFunction.
   */
  readonly runtime?: "nodejs20.x" | "nodejs22.x" | "nodejs24.x";
  /** Seconds, 1 to 900. Default 30. */
  readonly timeout?: number;
  /** Megabytes, 128 to 10 240. Default 256. */
  readonly memorySize?: number;
  /** Variables in the code's `process.env`, in addition to Lambda's own; those of this process are not visible. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default `as-deployed`. */
  readonly functionName?: string;
  /** Where its AWS calls go, and as which principal. Default: nowhere; they fail, and never reach AWS. */
  readonly access?: CloudAccess;
}

/** Changes to the usual context of an invocation. */
export interface InvocationContext {
  /** Default: a random UUID. */
  readonly awsRequestId?: string;
  /** With an alias or version, if the caller used one. Default: the function's own ARN. */
  readonly invokedFunctionArn?: string;
  readonly clientContext?: unknown;
}

export interface DeployedResult {
  /** The handler's result, or the failure as Lambda reports it, after JSON. */
  readonly payload: unknown;
  /** Set if the code threw, timed out or ended its process, like `X-Amz-Function-Error`. */
  readonly functionError?: "Unhandled";
  /** The lines that the invocation wrote, START to REPORT. */
  readonly log: string;
}

export interface DeployedFunction {
  /** Sends an event and waits for the answer; one event at a time, warm after the first. */
  invoke(event: unknown, context?: InvocationContext): Promise<DeployedResult>;
  /** Ends the process and removes the unpacked files. */
  close(): Promise<void>;
}

/**
 * Runs the files of a deployment package like Lambda does: unpacked into a separate folder, in a process that has
 * access to neither this program's modules nor its environment.
 *
 * @param files texts by path, as `packCallback` of aws-callbacks makes them.
 * @throws AWS's InvalidParameterValueException or ValidationException if CreateFunction would refuse the package.
 */
export function asDeployed(
  files: Readonly<Record<string, string>>,
  options: AsDeployedOptions = {},
): DeployedFunction {
  return new LocalFunction(files, options);
}

/** Nothing listens on the discard port, so a call fails at once instead of reaching AWS. */
const NOWHERE: CloudAccess = {
  endpoint: "http://127.0.0.1:9",
  region: REGION,
  credentials: { accessKeyId: "AKIANOWHERE000000000", secretAccessKey: "nowhere" },
};

/** A function outside of any Lambda service: one execution environment, replaced when it cannot be used again. */
class LocalFunction implements DeployedFunction {
  private readonly access: CloudAccess;
  private readonly version: FunctionVersion;
  private readonly clock: Clock;
  private readonly folders = new TaskFolders();
  private readonly gathered = new ReportBatcher();
  private environment: ExecutionEnvironment | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(files: Readonly<Record<string, string>>, options: AsDeployedOptions) {
    this.access = options.access ?? NOWHERE;
    this.version = functionVersion(files, options);
    this.clock = this.access.clock ?? new VirtualClock();
  }

  invoke(event: unknown, context: InvocationContext = {}): Promise<DeployedResult> {
    // An execution environment runs one request at a time.
    const result = this.last.then(() => this.run(event, context));
    this.last = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    await this.environment?.end();
    this.environment = undefined;
    await this.folders.remove();
  }

  private async run(event: unknown, context: InvocationContext): Promise<DeployedResult> {
    const place = { region: this.access.region, accountId: ACCOUNT_ID };
    const environment = await this.warm();
    const { payload, failure, log } = await environment.invoke({
      requestId: context.awsRequestId ?? randomUUID(),
      payload: JSON.stringify(event) ?? "{}",
      invokedArn:
        context.invokedFunctionArn ??
        formatArn("lambda", place, `function:${this.version.functionName}`),
      clientContext: context.clientContext,
    });
    return {
      payload: JSON.parse(payload) as unknown,
      ...(failure && { functionError: "Unhandled" }),
      log,
    };
  }

  private async warm(): Promise<ExecutionEnvironment> {
    if (this.environment?.usable) return this.environment;
    await this.environment?.end();
    this.environment = new ExecutionEnvironment(
      {
        clock: this.clock,
        endpoint: this.access.endpoint,
        gathered: this.gathered,
        identity: { endSession: () => undefined },
        // Its log is part of every result; it is stored nowhere else.
        call: <Output>() => Promise.resolve({} as Output),
      },
      this.access.region,
      this.version,
      this.folders.home(this.version.deployed.code),
      this.credentials(),
    );
    return this.environment;
  }

  /** Only the keys matter here: the cloud that receives the calls knows which principal they belong to. */
  private credentials(): SessionCredentials {
    const { accessKeyId, secretAccessKey, sessionToken = "" } = this.access.credentials;
    return {
      accessKeyId,
      secretAccessKey,
      sessionToken,
      expiration: new Date(this.clock.now() + 12 * 3600 * 1000),
      principal: {
        type: "role",
        accountId: ACCOUNT_ID,
        arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/role/${this.version.functionName}`,
        roleName: "role",
        roleArn: ROLE_ARN,
        roleId: "AROAEXAMPLE0000000000",
        sessionName: this.version.functionName,
      },
    };
  }
}

const ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/role`;

/**
 * Creates the function version as CreateFunction would, with its checks. A function that is given the developer's keys
 * gets no limit of file sizes: by that limit a cloud recognizes deployed code and refuses these keys
 * (http/clientProcess.ts).
 */
function functionVersion(
  files: Readonly<Record<string, string>>,
  options: AsDeployedOptions,
): FunctionVersion {
  const isOfDeveloper = options.access && options.access.credentials.sessionToken === undefined;
  const { functionName = "as-deployed", environment = {} } = options;
  const entries = Object.entries(files).map(([path, text]) => [path, strToU8(text)] as const);
  const code = readCodePackage(zipSync(Object.fromEntries(entries)), {
    operation: "CreateFunction",
  });
  const settings = newSettings(
    {
      Role: ROLE_ARN,
      Runtime: options.runtime ?? "nodejs24.x",
      Handler: options.handler ?? "index.handler",
      Timeout: options.timeout ?? 30,
      MemorySize: options.memorySize ?? 256,
      Environment: { Variables: { ...environment } },
    },
    functionName,
    code,
  );
  return {
    functionName,
    version: "$LATEST",
    settings,
    deployed: isOfDeveloper ? { ...settings, ephemeralStorage: Infinity } : settings,
    revisionId: randomUUID(),
    lastModified: new Date(),
  };
}
