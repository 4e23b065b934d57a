import type {
  Architecture,
  Cors,
  DeadLetterConfig,
  DestinationConfig,
  EventSourceMappingConfiguration,
  FunctionUrlAuthType,
  InvokeMode,
  LoggingConfig,
  RecursiveLoop,
  Runtime,
  TracingMode,
  VpcConfig,
} from "@aws-sdk/client-lambda";
import type { ClockTimer } from "../../../core/clock";
import type { PolicyStatement } from "../../../core/policyDocument";

/** A deployment package, as uploaded. */
export interface CodePackage {
  readonly zip: Uint8Array;
  /** Base64 of the zip's SHA-256. */
  readonly sha256: string;
  /** Set in the storage mode REFERENCE: Lambda keeps no copy and reads this object again from time to time. */
  readonly source?: CodeSource;
}

/** The version of an object that code is read from. */
export interface CodeSource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

/** All settings that an update can change. An update replaces the whole object and never edits it. */
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
  /** Settings that environments run with; older than `settings` while an update is in progress. */
  deployed: FunctionSettings;
  revisionId: string;
  lastModified: Date;
  /** Lambda can no longer read the object that the code refers to: the version cannot be invoked. */
  isInactive?: boolean;
  /** Set while the function is being created or updated; undefined when the change is complete. */
  change?: { readonly kind: "create" | "update"; readonly timer?: ClockTimer };
}

export interface Alias {
  readonly name: string;
  version: string;
  description: string;
  /** Share (0..1) of the invocations that go to the second version of a weighted alias. */
  weights?: Readonly<Record<string, number>>;
  revisionId: string;
}

export interface ResourcePolicy {
  statements: PolicyStatement[];
}

/** Settings for events of asynchronous invocations. */
export interface EventInvokeConfig {
  maximumRetryAttempts?: number;
  /** Seconds. */
  maximumEventAge?: number;
  destinations: DestinationConfig;
  lastModified: Date;
}

/** A function URL: an address that invokes a function or one of its aliases over HTTP. */
export interface FunctionUrl {
  readonly id: string;
  readonly qualifier?: string;
  authType: FunctionUrlAuthType;
  invokeMode: InvokeMode;
  /** Stored and returned only. The local cloud's own guard refuses requests from other web pages. */
  cors?: Cors;
  readonly createdAt: Date;
  modifiedAt: Date;
}

/** A resource that has tags. */
export interface Tagged {
  tags: Record<string, string>;
}

export interface LambdaFunction extends Tagged {
  readonly name: string;
  readonly arn: string;
  readonly latest: FunctionVersion;
  /** Oldest first. Version numbers are never reused. */
  published: FunctionVersion[];
  lastPublished: number;
  readonly aliases: Map<string, Alias>;
  /** Resource policies by qualifier; the unqualified function has the key `""`. */
  readonly policies: Map<string, ResourcePolicy>;
  readonly eventInvokeConfigs: Map<string, EventInvokeConfig>;
  /** Function URLs by alias; the unqualified function has the key `""`. */
  readonly urls: Map<string, FunctionUrl>;
  reservedConcurrency?: number;
  recursiveLoop: RecursiveLoop;
  deleted: boolean;
}

/** An event source mapping in the shape of the API, with the queue to poll as its source. */
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
  /** Event patterns: a message goes to the function that one of them matches; without patterns, every message. */
  readonly filters: readonly string[];
  /** Shared by all states of the mapping. */
  readonly tagged: Tagged;
  lastModified: Date;
  lastResult?: EventSourceMappingConfiguration["LastProcessingResult"];
}
