import type {
  Architecture,
  Cors,
  DeadLetterConfig,
  DestinationConfig,
  EventSourceMappingConfiguration,
  FunctionUrlAuthType,
  LoggingConfig,
  RecursiveLoop,
  Runtime,
  TracingMode,
  VpcConfig,
} from "@aws-sdk/client-lambda";
import type { ClockTimer } from "../../../core/clock";
import type { PolicyStatement } from "../../../core/policyDocument";

/** A deployment package as it was uploaded. */
export interface CodePackage {
  readonly zip: Uint8Array;
  /** Base64 of the zip's SHA-256. */
  readonly sha256: string;
}

/** Everything that an update can change; replaced as a whole, never edited. */
export interface FunctionSettings {
  readonly code: CodePackage;
  readonly runtime: Runtime;
  readonly handler: string;
  readonly role: string;
  readonly description: string;
  /** Seconds. */
  readonly timeout: number;
  /** Megabytes. */
  readonly memorySize: number;
  readonly architectures: readonly Architecture[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ephemeralStorage: number;
  readonly tracingMode: TracingMode;
  readonly logging: LoggingConfig & { readonly LogGroup: string };
  readonly deadLetter?: DeadLetterConfig;
  readonly vpc?: VpcConfig;
  readonly kmsKeyArn?: string;
}

/** `$LATEST`, which changes, or a published version, which never does. */
export interface FunctionVersion {
  readonly functionName: string;
  readonly version: string;
  settings: FunctionSettings;
  /** What environments run: behind `settings` while an update is in progress. */
  deployed: FunctionSettings;
  revisionId: string;
  lastModified: Date;
  /** Set while the function is being created or updated; cleared when the change is done. */
  change?: { readonly kind: "create" | "update"; readonly timer?: ClockTimer };
}

export interface Alias {
  readonly name: string;
  version: string;
  description: string;
  /** Share (0..1) of the invocations that go to one other version. */
  weights?: Readonly<Record<string, number>>;
  revisionId: string;
}

export interface ResourcePolicy {
  statements: PolicyStatement[];
}

/** How events that are invoked asynchronously are treated. */
export interface EventInvokeConfig {
  maximumRetryAttempts?: number;
  /** Seconds. */
  maximumEventAge?: number;
  destinations: DestinationConfig;
  lastModified: Date;
}

/** An address at which a function, or an alias of it, is called over HTTP. */
export interface FunctionUrl {
  readonly id: string;
  readonly qualifier?: string;
  authType: FunctionUrlAuthType;
  /** Kept as it was given; the cloud's own guard lets no foreign page in. */
  cors?: Cors;
  readonly createdAt: Date;
  modifiedAt: Date;
}

export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly latest: FunctionVersion;
  /** Oldest first; numbers are never used twice. */
  published: FunctionVersion[];
  lastPublished: number;
  readonly aliases: Map<string, Alias>;
  /** By qualifier; the function's own policy has the key `""`. */
  readonly policies: Map<string, ResourcePolicy>;
  readonly eventInvokeConfigs: Map<string, EventInvokeConfig>;
  /** By alias; the function's own has the key `""`. */
  readonly urls: Map<string, FunctionUrl>;
  reservedConcurrency?: number;
  tags: Record<string, string>;
  recursiveLoop: RecursiveLoop;
  deleted: boolean;
}

/** An event source mapping; the shape is the API's own, `source` is what it polls. */
export interface EventSourceMapping {
  readonly uuid: string;
  readonly functionName: string;
  readonly qualifier?: string;
  readonly sourceArn: string;
  enabled: boolean;
  batchSize: number;
  /** Seconds. */
  batchingWindow: number;
  reportsItemFailures: boolean;
  maximumConcurrency?: number;
  lastModified: Date;
  lastResult?: EventSourceMappingConfiguration["LastProcessingResult"];
}
