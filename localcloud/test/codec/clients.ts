import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";
import type { Protocol } from "../../codec";

/** A client that the codec supports, with its size and explained exceptions from the round trip. */
export interface ClientFacts {
  /** Package name without `@aws-sdk/client-`. */
  readonly client: string;
  readonly protocol: Protocol;
  /** The SDK's class of a protocol other than the client's own. */
  readonly protocolClass?: new (settings: never) => object;
  readonly operations: number;
  /** Number of modelled errors, without the client's base exception. */
  readonly errors: number;
  /** Operations whose request cannot be compared, and why. */
  readonly requests?: Readonly<Record<string, string>>;
  /** Operations whose response cannot be compared, and why. */
  readonly responses?: Readonly<Record<string, string>>;
  /** Errors that arrive as another class, and why. */
  readonly confused?: Readonly<Record<string, string>>;
}

const eventStream = "answers with an event stream, which the codec refuses";

const sharedQueryCode = {
  DashboardNotFoundError:
    "shares its query code with ResourceNotFound, whose class the SDK then picks, with AWS too",
};

export const clients: readonly ClientFacts[] = [
  { client: "api-gateway", protocol: "restJson", operations: 124, errors: 7 },
  { client: "auto-scaling", protocol: "awsQuery", operations: 68, errors: 12 },
  {
    client: "cloudwatch",
    protocol: "awsJson1_0",
    operations: 55,
    errors: 19,
    confused: sharedQueryCode,
  },
  {
    client: "cloudwatch",
    protocol: "awsQuery",
    protocolClass: AwsQueryProtocol,
    operations: 55,
    errors: 19,
    confused: sharedQueryCode,
  },
  {
    client: "cloudwatch",
    protocol: "rpcV2Cbor",
    protocolClass: AwsSmithyRpcV2CborProtocol,
    operations: 55,
    errors: 19,
    confused: sharedQueryCode,
  },
  {
    client: "cloudwatch-logs",
    protocol: "awsJson1_1",
    operations: 118,
    errors: 21,
    responses: { GetLogObject: eventStream, StartLiveTail: eventStream },
  },
  { client: "dynamodb", protocol: "awsJson1_0", operations: 62, errors: 35 },
  { client: "ec2", protocol: "ec2Query", operations: 811, errors: 0 },
  { client: "ecs", protocol: "awsJson1_1", operations: 88, errors: 31 },
  { client: "iam", protocol: "awsQuery", operations: 180, errors: 38 },
  { client: "kms", protocol: "awsJson1_1", operations: 56, errors: 48 },
  {
    client: "lambda",
    protocol: "restJson",
    operations: 88,
    errors: 56,
    responses: { InvokeWithResponseStream: eventStream },
  },
  { client: "sqs", protocol: "awsJson1_0", operations: 23, errors: 28 },
  {
    client: "sqs",
    protocol: "awsQuery",
    protocolClass: AwsQueryProtocol,
    operations: 23,
    errors: 28,
    requests: {
      ReceiveMessage:
        "two members, AttributeNames and MessageSystemAttributeNames, share one wire name",
    },
  },
  { client: "ssm", protocol: "awsJson1_1", operations: 152, errors: 140 },
  { client: "sts", protocol: "awsQuery", operations: 11, errors: 12 },
];
