import type { InputRules } from "../codec/checkInput";
import type { Clock } from "./clock";
import type { Debugging } from "./debugging";
import type { CloudEvents } from "./events";
import type { ReportBatcher } from "./gathered";
import type { Control } from "./load";
import type { Machines } from "./machines/machines";
import type { PolicyDocument } from "./policyDocument";
import type { Principal } from "./principal";
import type { StoreSaving } from "./saving/storeSaving";
import type { ThrottleBucket } from "./throttle";
import type { Tracer } from "./tracer";
import type { ConditionContext, IdentityDirectory } from "./identity";

/** One permission that a call requires. */
export interface AccessCheck {
  /** IAM action, e.g. `ssm:GetParameter`. */
  readonly action: string;
  /** ARN of the resource, or `*` if the action has no resource-level permissions. */
  readonly resource: string;
  /** Request condition keys beyond the global ones, e.g. `{ "iam:PassedToService": "lambda.amazonaws.com" }`. */
  readonly context?: ConditionContext;
  /** The resource's own policy, if it has one. */
  readonly resourcePolicy?: PolicyDocument;
}

/** Context of an operation; `store` is its service's state in the call's region. */
export interface CallContext<Store> {
  readonly store: Store;
  readonly principal: Principal;
  readonly region: string;
  readonly accountId: string;
  readonly requestId: string;
  readonly clock: Clock;
  readonly cloud: CloudApi;
}

/** One API operation of a service. Inputs and outputs have the shapes of the official SDK v3. */
export interface Operation<Store, Input, Output> {
  /**
   * Returns the permissions that IAM must grant; default: `<iamPrefix>:<OperationName>` on `*`. An empty list:
   * allowed for every caller with a signature (e.g. sts:GetCallerIdentity). Must not throw for a missing resource.
   */
  access?(input: Input, context: CallContext<Store>): readonly AccessCheck[];
  /** Runs the operation, or throws an AwsError with AWS's code and message. */
  run(input: Input, context: CallContext<Store>): Output | Promise<Output>;
}

/** A raw HTTP request, for routes of services that bypass the codec; header names are lower case. */
export interface WireRequest {
  readonly method: string;
  /** Path as sent, still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The query exactly as sent, without `?`. */
  readonly rawQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Returns all values of headers that were sent more than once; absent = each was sent once. */
  readonly headerValues?: () => Readonly<Record<string, readonly string[] | undefined>>;
  readonly body: Buffer;
  /** Address of the client's socket. */
  readonly sourceIp: string;
  /** Checks whether a process of deployed code sent it: a function's or an instance's. */
  readonly fromDeployedCode?: () => boolean;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array;
  /** A body that is sent while it is made, instead of `body`; if it throws, the connection is closed. */
  readonly stream?: AsyncIterable<Uint8Array>;
}

/** An AWS service: a table of operations on a store. Only services with routes know HTTP. */
export interface ServiceDefinition<Store> {
  /** Name of its folder and its SDK client: `cloudwatch-logs` is `@aws-sdk/client-cloudwatch-logs`. */
  readonly name: string;
  /** Service name in the SigV4 credential scope, e.g. `logs`, `monitoring`, `apigateway`. */
  readonly signingName: string;
  /** Prefix of its IAM actions, e.g. `cloudwatch`. */
  readonly iamPrefix: string;
  /** Error code of an access denial. Default `AccessDeniedException`; query services say `AccessDenied`. */
  readonly deniedCode?: string;
  /** One store for the account (`global`), or one per region (default). */
  readonly scope?: "global" | "regional";
  /** The official SDK client module, loaded when the first request arrives; its schemas drive the codec. */
  sdk(): object;
  /**
   * The model's constraints of inputs: enums, lengths, ranges, patterns. Absent: only required members are checked.
   */
  constraints?(): InputRules;
  createStore(scope: StoreScope): Store;
  readonly operations: Readonly<Record<string, Operation<Store, never, unknown>>>;
  /** Top-level input members, by operation, that the recorder must never store (plaintexts, secrets). */
  readonly secretInputs?: Readonly<Record<string, readonly string[]>>;
  /**
   * Operations with which other services report. Their calls may be gathered; all other operations see all earlier
   * reports.
   */
  readonly reports?: readonly string[];
  /** Request rates above which calls are refused; default: none. */
  readonly throttles?: readonly ThrottleBucket[];
  /** Data planes outside the AWS protocols (e.g. the invoke URLs of API Gateway), tried in order. */
  readonly routes?: readonly Route<Store>[];
  /** Control endpoints that tests and people can use while the cloud runs: `POST /_localcloud/<name>`. */
  readonly controls?: Readonly<Record<string, Control<Store>>>;
  /** Adapter for a service whose requests the codec cannot read directly (S3). */
  readonly wire?: WireAdapter<Store>;
  /** Returns the account's principals; only the IAM service sets it. */
  identity?(store: Store): IdentityDirectory;
  /** Ends processes and sockets of the store. */
  stop?(store: Store): Promise<void>;
  /** How its stores are saved between two runs; absent: they consist of plain data, without timers. */
  readonly saving?: StoreSaving<Store>;
}

/** Converts requests to the form of the SDK's schemas, and responses to the form that clients expect. */
export interface WireAdapter<Store> {
  /** Returns the request in the schemas' form, and members that they do not bind. Throws AwsError. */
  read(request: WireRequest): { readonly request: WireRequest; readonly members: object };
  finish(response: WireResponse): WireResponse;
  /** Checks whether an unsigned request is for this service; its policies then decide about anonymous callers. */
  takesUnsigned(request: WireRequest, store: Store): boolean;
}

/** Region and account of a store, and the cloud for its timers and background work. */
export interface StoreScope {
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  readonly cloud: CloudApi;
}

export interface Route<Store> {
  /** Checks whether this route serves the path, e.g. it starts with `/restapis/`. */
  matches(request: Pick<WireRequest, "method" | "path">): boolean;
  /**
   * Checks whether a region's store contains the object in the path. Default: true only for the cloud's default
   * region.
   */
  isIn?(request: Pick<WireRequest, "path">, store: Store): boolean;
  /**
   * Responds with the store of the first region whose `isIn` is true, or of the default region; throws ConnectionLost
   * to drop the connection.
   */
  handle(
    request: WireRequest,
    context: StoreScope & { readonly store: Store },
  ): Promise<WireResponse>;
}

/** A call from one part of the cloud to a service, like calls between AWS services. */
export interface ServiceCall {
  /** `ServiceDefinition.name` */
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  readonly principal: Principal;
  readonly region?: string;
}

/** Functions of the cloud for its services. */
export interface CloudApi {
  readonly accountId: string;
  readonly defaultRegion: string;
  readonly clock: Clock;
  readonly events: CloudEvents;
  /** Absent: tracing is off. */
  readonly tracer?: Tracer;
  /** Source maps and debugger ports. */
  readonly debugging: Debugging;
  /** Reports of services that are written together. */
  readonly gathered: ReportBatcher;
  /** Machines that run the commands of instances. */
  readonly machines: Machines;
  /** `http://127.0.0.1:<port>`, the base of queue and invoke URLs. */
  readonly endpoint: string;
  /** Calls an operation in process. IAM, faults and the recorder apply as for an HTTP request. */
  call<Output = unknown>(call: ServiceCall): Promise<Output>;
  /** Sends an HTTP request in a service's wire protocol as `principal`, as API Gateway's AWS integration does. */
  wire(request: WireRequest, target: WireTarget): Promise<WireResponse>;
  /** The roles and sessions of the account. */
  readonly identity: IdentityDirectory;
  /**
   * Returns the caller of a signed request after checking its signature. Throws AWS's error for an invalid signature.
   */
  identify(request: WireRequest): Promise<SignedCaller | undefined>;
}

/** Principal and scope of a request's signature; undefined for a request without a signature. */
export interface SignedCaller {
  readonly principal: Principal;
  readonly region: string;
  readonly signingName: string;
}

export interface WireTarget {
  /** True for responses in the JSON form of awsQuery, regardless of the request's protocol. */
  readonly answersInQueryJson?: boolean;
  readonly signingName: string;
  readonly principal: Principal;
  readonly region: string;
}
