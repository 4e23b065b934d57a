import type { InputRules } from "../codec/checkInput";
import type { Clock } from "./clock";
import type { Debugging } from "./debugging";
import type { CloudEvents } from "./events";
import type { Gathered } from "./gathered";
import type { Control } from "./load";
import type { Machines } from "./machines";
import type { PolicyDocument } from "./policyDocument";
import type { Principal } from "./principal";
import type { ThrottleBucket } from "./throttle";
import type { Tracer } from "./tracer";

/** One thing that a call must be allowed to do before it runs. */
export interface AccessCheck {
  /** IAM action, e.g. `ssm:GetParameter`. */
  readonly action: string;
  /** ARN of the resource, or `*` where the action has no resource level. */
  readonly resource: string;
  /** Request condition keys beyond the global ones, e.g. `{ "iam:PassedToService": "lambda.amazonaws.com" }`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** The policy attached to the resource itself, when it has one. */
  readonly resourcePolicy?: PolicyDocument;
}

/** What an operation may use; `store` is its service's own state in the call's region. */
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
   * What IAM must allow; default: `<iamPrefix>:<OperationName>` on `*`. An empty list: allowed to
   * everyone who signs (e.g. sts:GetCallerIdentity). Must not throw for a resource that is missing.
   */
  access?(input: Input, context: CallContext<Store>): readonly AccessCheck[];
  /** Does it, or throws an AwsError with AWS's code and text. */
  run(input: Input, context: CallContext<Store>): Output | Promise<Output>;
}

/** A raw HTTP request as a service outside the codec sees it; header names are lower case. */
export interface WireRequest {
  readonly method: string;
  /** Path as sent, still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The query exactly as sent, without `?`. */
  readonly rawQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Every value of a header that was sent more than once; absent = each was sent once. */
  readonly headerValues?: Readonly<Record<string, readonly string[] | undefined>>;
  readonly body: Buffer;
  /** Address of the client's socket. */
  readonly sourceIp: string;
  /** Whether it comes from a process that runs what is deployed: a function's or an instance's. */
  readonly fromDeployedCode?: () => boolean;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array;
}

/** An AWS service: a table of operations over a store; nothing in it knows HTTP unless it has routes. */
export interface ServiceDefinition<Store> {
  /** Name of its folder and its SDK client: `cloudwatch-logs` is `@aws-sdk/client-cloudwatch-logs`. */
  readonly name: string;
  /** Service name in the SigV4 credential scope, e.g. `logs`, `monitoring`, `apigateway`. */
  readonly signingName: string;
  /** Prefix of its IAM actions, e.g. `cloudwatch`. */
  readonly iamPrefix: string;
  /** Error code of an access denial. Default `AccessDeniedException`; query services say `AccessDenied`. */
  readonly deniedCode?: string;
  /** One store for the account (`global`) or one for each region (default). */
  readonly scope?: "global" | "regional";
  /** The official SDK client module, loaded when the first request arrives; its schemas drive the codec. */
  sdk(): object;
  /** What its model asks of inputs: enums, lengths, ranges, patterns. Absent: required members alone. */
  constraints?(): InputRules;
  createStore(scope: StoreScope): Store;
  readonly operations: Readonly<Record<string, Operation<Store, never, unknown>>>;
  /** Top-level input members, by operation, that the recorder must never keep (plaintexts, secrets). */
  readonly secretInputs?: Readonly<Record<string, readonly string[]>>;
  /** Operations that other services report with, which they may gather: every other one sees all that was reported. */
  readonly reports?: readonly string[];
  /** Request rates beyond which calls are refused; default: none. */
  readonly throttles?: readonly ThrottleBucket[];
  /** Data planes outside the AWS protocols (e.g. the invoke URLs of API Gateway), tried in order. */
  readonly routes?: readonly Route<Store>[];
  /** What tests and people may set in it while it runs: `POST /_localcloud/<name>`. */
  readonly controls?: Readonly<Record<string, Control<Store>>>;
  /** For a service whose requests the codec cannot read as they come (S3). */
  readonly wire?: WireAdapter<Store>;
  /** Set by the one service that knows the account's principals (IAM). */
  identity?(store: Store): IdentityDirectory;
  /** Ends processes and sockets that the store holds. */
  stop?(store: Store): Promise<void>;
}

/** Turns requests into those of the SDK's schemas, and answers into those that clients know. */
export interface WireAdapter<Store> {
  /** The request as the schemas have it, and members that they do not bind. Throws AwsError. */
  read(request: WireRequest): { readonly request: WireRequest; readonly members: object };
  finish(response: WireResponse): WireResponse;
  /** Whether an unsigned request is for this service: its policies then decide about everybody. */
  takesUnsigned(request: WireRequest, store: Store): boolean;
}

/** Where a store lives, and the cloud that its timers and background work may use. */
export interface StoreScope {
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  readonly cloud: CloudApi;
}

export interface Route<Store> {
  /** True when this route serves the path, e.g. starts with `/restapis/`. */
  matches(request: Pick<WireRequest, "method" | "path">): boolean;
  /** True when a region's store has what the path names. Default: only the cloud's default region has. */
  isIn?(request: Pick<WireRequest, "path">, store: Store): boolean;
  /** Answers with the store of the first region that it is in, or the default one; throws ConnectionLost to drop the connection. */
  handle(
    request: WireRequest,
    context: StoreScope & { readonly store: Store },
  ): Promise<WireResponse>;
}

/** A call from one part of the cloud to a service, as AWS services call each other. */
export interface ServiceCall {
  /** `ServiceDefinition.name` */
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  readonly principal: Principal;
  readonly region?: string;
}

/** What services may ask of the cloud they live in. */
export interface CloudApi {
  readonly accountId: string;
  readonly defaultRegion: string;
  readonly clock: Clock;
  readonly events: CloudEvents;
  /** Absent: nothing is traced. */
  readonly tracer?: Tracer;
  /** Source maps and debuggers' ports. */
  readonly debugging: Debugging;
  /** Reports of services that are put down together. */
  readonly gathered: Gathered;
  /** What the commands of instances run on. */
  readonly machines: Machines;
  /** `http://127.0.0.1:<port>`; services hand it out in queue and invoke URLs. */
  readonly endpoint: string;
  /** Calls an operation in process: IAM, faults and the recorder apply as for a request over HTTP. */
  call<Output = unknown>(call: ServiceCall): Promise<Output>;
  /** Sends an HTTP request in a service's wire protocol as `principal`, as API Gateway's AWS integration does. */
  wire(request: WireRequest, target: WireTarget): Promise<WireResponse>;
  /** The roles and sessions of the account. */
  readonly identity: IdentityDirectory;
  /** The caller of a signed request after its signature was checked; throws AWS's error for a bad one. */
  identify(request: WireRequest): Promise<SignedCaller | undefined>;
}

/** Who signed a request and for what; undefined where the request carries no signature. */
export interface SignedCaller {
  readonly principal: Principal;
  readonly region: string;
  readonly signingName: string;
}

export interface WireTarget {
  /** In the JSON form of awsQuery, whatever the protocol of the request. */
  readonly answersInQueryJson?: boolean;
  readonly signingName: string;
  readonly principal: Principal;
  readonly region: string;
}

/** Temporary credentials as STS hands them out. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
  readonly principal: Principal & { readonly type: "role" };
}

/** What the IAM service knows of the account; services that act with a role ask here. */
export interface IdentityDirectory {
  /**
   * Assumes `roleArn` as an AWS service does, checking the role's trust policy for `service`
   * (an AccessDenied AwsError otherwise) and minting session keys.
   */
  assumeForService(request: {
    roleArn: string;
    service: string;
    sessionName: string;
    sourceFunctionArn?: string;
    sourceArn?: string;
  }): SessionCredentials;
  /** The caller behind an access key id; undefined when the cloud never issued it. */
  findByAccessKey(accessKeyId: string): IssuedKey | undefined;
  /** Whether the cloud issued a user's access key that was deleted since. */
  isDeletedKey(accessKeyId: string): boolean;
  /** Identity policies that apply to the caller: inline and attached ones, session policies apart. */
  identityPolicies(principal: Principal): readonly PolicyDocument[];
  /** Permissions boundary of the caller, when it has one. */
  permissionsBoundary(principal: Principal): PolicyDocument | undefined;
  /** Policies that were passed to AssumeRole and limit the session; undefined = it is not limited. */
  sessionPolicies(principal: Principal): readonly PolicyDocument[] | undefined;
  /** Condition keys that only IAM knows: `aws:userid`, `aws:PrincipalTag/...`, `aws:TokenIssueTime`. */
  principalContext(principal: Principal): NonNullable<AccessCheck["context"]>;
  /** Trust policy of a role; undefined when there is no such role. */
  trustPolicy(roleArn: string): PolicyDocument | undefined;
  /** An instance profile by its name or ARN, with the role in it. */
  instanceProfile(nameOrArn: string): InstanceProfileIdentity | undefined;
  /** Mints a session of a role for a caller who has passed its trust policy (sts:AssumeRole). */
  assumeRole(request: AssumeRoleRequest): SessionCredentials;
  /** Mints temporary keys with the caller's own permissions (sts:GetSessionToken). */
  sessionToken(principal: Principal, durationSeconds: number): IssuedKey & { accessKeyId: string };
  /** Forgets a session, e.g. of a worker that ended. */
  endSession(accessKeyId: string): void;
}

export interface InstanceProfileIdentity {
  readonly arn: string;
  readonly id: string;
  readonly roleArn?: string;
}

/** What STS asks of IAM when it hands out the session of a role. */
export interface AssumeRoleRequest {
  readonly caller: Principal;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
  /** Session tags; they override the role's tags of the same key. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Inline session policy, already validated. */
  readonly policy?: PolicyDocument;
  /** ARNs of managed session policies. */
  readonly policyArns?: readonly string[];
}

export interface IssuedKey {
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
  readonly principal: Principal;
}
