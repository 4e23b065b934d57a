import { AwsError } from "../../core/errors";
import { compileRoute, type Route } from "./route";
import { isStaticShape, type Schema, schemaOf, staticKind, type StaticShape } from "./schema";

/** AWS's wire protocols, see https://smithy.io/2.0/aws/protocols/index.html. */
export type Protocol =
  "awsJson1_0" | "awsJson1_1" | "awsQuery" | "ec2Query" | "restJson" | "restXml" | "rpcV2Cbor";

export type RestProtocol = Extract<Protocol, "restJson" | "restXml">;

export interface OperationModel {
  readonly name: string;
  readonly input: Schema;
  readonly output: Schema;
  /** Present for operations of REST services. */
  readonly route?: Route;
}

export interface ErrorModel {
  readonly name: string;
  /** Code in protocols that report errors as the query protocols do: `AWS.SimpleQueueService.NonExistentQueue`. */
  readonly queryCode: string;
  readonly status: number;
  readonly fault: "client" | "server";
  readonly schema: Schema;
}

/** The wire format of one AWS service; created by `loadCodec`. */
export interface ServiceCodec {
  /** The SDK's service id, e.g. `CloudWatch Logs`. */
  readonly id: string;
  /** Service name in the SigV4 credential scope, e.g. `logs`. */
  readonly signingName: string;
  readonly operationNames: readonly string[];
  /** The SDK client's own protocol. */
  readonly protocol: Protocol;
  /** Smithy namespace, e.g. `com.amazonaws.sqs`. */
  readonly namespace: string;
  readonly xmlNamespace: string;
  /** Name before the dot in `X-Amz-Target`, and in the path of Smithy RPC. */
  readonly target: string;
  /** True for a JSON service that formerly used awsQuery and still reports its error codes. */
  readonly queryCompatible: boolean;
  readonly operations: ReadonlyMap<string, OperationModel>;
  /** Errors by shape name and by query code. */
  readonly errors: ReadonlyMap<string, ErrorModel>;
}

const protocols: Readonly<Record<string, Protocol>> = {
  "aws.protocols#awsJson1_0": "awsJson1_0",
  "aws.protocols#awsJson1_1": "awsJson1_1",
  "aws.protocols#awsQuery": "awsQuery",
  "aws.protocols#ec2Query": "ec2Query",
  "aws.protocols#restJson1": "restJson",
  "aws.protocols#restXml": "restXml",
  "smithy.protocols#rpcv2Cbor": "rpcV2Cbor",
};

/** XML namespaces of services whose model lost them with the move to JSON (from the API version's WSDL). */
const lostXmlNamespaces: Readonly<Record<string, string>> = {
  SQS: "http://queue.amazonaws.com/doc/2012-11-05/",
};

/**
 * Reads operations, errors and routes of an SDK client module (`require("@aws-sdk/client-ssm")`). Throws a plain
 * Error for a module without a client, or with an unknown protocol.
 */
export function loadCodec(sdk: object): ServiceCodec {
  const known = codecs.get(sdk);
  if (known) return known;
  const codec = readCodec(sdk);
  codecs.set(sdk, codec);
  return codec;
}

/** Shared by a service, its declaration and its resource types. */
const codecs = new WeakMap<object, ServiceCodec>();

function readCodec(sdk: object): ServiceCodec {
  const config = clientConfig(sdk);
  const protocol = protocols[config.protocol.getShapeId()];
  if (!protocol) throw new Error(`Unknown protocol ${config.protocol.getShapeId()}`);
  const shapes = Object.entries(sdk)
    .filter(([name]) => name.endsWith("$"))
    .map(([, shape]: [string, unknown]) => shape)
    .filter(isStaticShape);
  const operations = new Map(
    shapes.filter(([kind]) => kind === staticKind.operation).map((s) => [s[2], operationModel(s)]),
  );
  const settings = config.protocolSettings ?? {};
  return {
    id: config.serviceId,
    signingName: config.defaultSigningName,
    operationNames: [...operations.keys()],
    protocol,
    namespace: settings.defaultNamespace ?? "",
    xmlNamespace: settings.xmlNamespace ?? lostXmlNamespaces[config.serviceId] ?? "",
    target: settings.serviceTarget ?? "",
    queryCompatible: settings.awsQueryCompatible === true,
    operations,
    errors: errorModels(shapes),
  };
}

/** Returns the operation with that name; callers of `encodeResult` only pass decoded names. */
export function operationOf(codec: ServiceCodec, name: string): OperationModel {
  const operation = codec.operations.get(name);
  if (!operation) throw new AwsError("UnknownOperationException", `${codec.id} has no ${name}.`);
  return operation;
}

/** The part of a resolved client configuration that describes the wire format. */
interface ClientConfig {
  readonly serviceId: string;
  readonly defaultSigningName: string;
  readonly protocol: { getShapeId(): string };
  readonly protocolSettings?: {
    readonly defaultNamespace?: string;
    readonly xmlNamespace?: string;
    readonly serviceTarget?: string;
    readonly awsQueryCompatible?: boolean;
  };
}

type ClientClass = new (config: object) => { readonly config: ClientConfig; destroy(): void };

function clientConfig(sdk: object): ClientConfig {
  const [, client] =
    Object.entries(sdk).find(([name]) => name.endsWith("Client") && name !== "__Client") ?? [];
  if (typeof client !== "function") throw new Error("The module exports no SDK client.");
  // Region and keys are never used: the client is created only for its resolved configuration.
  const instance = new (client as ClientClass)({
    region: "us-east-1",
    credentials: { accessKeyId: "unused", secretAccessKey: "unused" },
  });
  instance.destroy();
  return instance.config;
}

function operationModel([, , name, traits, input, output]: StaticShape): OperationModel {
  const http = isFields(traits) ? traits.http : undefined;
  return {
    name,
    input: schemaOf(input),
    output: schemaOf(output),
    route: Array.isArray(http) ? compileRoute(http, schemaOf(input)) : undefined,
  };
}

function errorModels(shapes: readonly StaticShape[]): Map<string, ErrorModel> {
  const models = shapes.filter(([kind]) => kind === staticKind.error).map(errorModel);
  // A shape's own name takes precedence over another error's equal query code (CloudWatch ResourceNotFound).
  return new Map([
    ...models.map((model): [string, ErrorModel] => [model.queryCode, model]),
    ...models.map((model): [string, ErrorModel] => [model.name, model]),
  ]);
}

function errorModel(shape: StaticShape): ErrorModel {
  const schema = schemaOf(shape);
  const { awsQueryError, httpError, error } = schema.getOwnTraits();
  const [queryCode, queryStatus] = Array.isArray(awsQueryError) ? (awsQueryError as unknown[]) : [];
  return {
    name: shape[2],
    queryCode: String(queryCode ?? shape[2]),
    status: Number(httpError ?? queryStatus ?? (error === "server" ? 500 : 400)),
    fault: error === "server" ? "server" : "client",
    schema,
  };
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
