import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import {
  GetParameterCommand,
  GetParametersByPathCommand,
  SSMClient,
  type Parameter,
} from "@aws-sdk/client-ssm";
import { client } from "../clients";
import type { Properties, ProviderContext } from "../types";
import { getGroup } from "./autoScaling";
import { getInstanceType, getSubnet, getSubnets } from "./ec2";
import { getAmi, getAmiIds } from "./images";
import { policyDocument } from "./policyDocument";

/** A function of the provider, by its token. */
export interface Invoke {
  run(args: Properties, context: ProviderContext): Promise<Properties>;
  /** Results that are always secret, whatever the arguments. */
  readonly secretResults?: readonly string[];
}

type Run = Invoke["run"];

const SECRET_RESULTS: Readonly<Record<string, readonly string[]>> = {
  "aws:ssm/getParameter:getParameter": ["value"],
  "aws:ssm/getParametersByPath:getParametersByPath": ["values"],
};

const INVOKES: Readonly<Record<string, Run>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": async (_args, context) => {
    const { Account, Arn, UserId } = await client(STSClient, context).send(
      new GetCallerIdentityCommand({}),
    );
    return { accountId: Account, arn: Arn, userId: UserId, id: Account };
  },
  "aws:index/getRegion:getRegion": async (args, { aws }) => {
    const region = String(args.region ?? args.name ?? aws.region);
    return {
      id: region,
      name: region,
      region,
      endpoint: `ec2.${region}.amazonaws.com`,
      description: region,
    };
  },
  "aws:index/getPartition:getPartition": async () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": async (_args, { aws }) => {
    const names = ["a", "b", "c"].map((zone) => `${aws.region}${zone}`);
    return {
      id: aws.region,
      names,
      zoneIds: names.map((_name, index) => `${zoneIdPrefix(aws.region)}-az${index + 1}`),
      groupNames: [aws.region],
    };
  },
  "aws:index/getArn:getArn": async ({ arn }) => {
    const [, partition, service, region, account, ...resource] = String(arn).split(":");
    return { id: arn, arn, partition, service, region, account, resource: resource.join(":") };
  },
  "aws:autoscaling/getGroup:getGroup": getGroup,
  "aws:ec2/getAmi:getAmi": getAmi,
  "aws:ec2/getAmiIds:getAmiIds": getAmiIds,
  "aws:ec2/getInstanceType:getInstanceType": getInstanceType,
  "aws:ec2/getSubnet:getSubnet": getSubnet,
  "aws:ec2/getSubnets:getSubnets": getSubnets,
  "aws:iam/getPolicyDocument:getPolicyDocument": async (args) => policyDocument(args),
  "aws:ssm/getParameter:getParameter": async (args, context) => {
    const { Parameter: found } = await client(SSMClient, context).send(
      new GetParameterCommand({
        Name: String(args.name),
        WithDecryption: args.withDecryption !== false,
      }),
    );
    return {
      id: found?.Name,
      name: found?.Name,
      arn: found?.ARN,
      type: found?.Type,
      value: found?.Value,
      insecureValue: found?.Type === "SecureString" ? "" : found?.Value,
      version: found?.Version,
      withDecryption: args.withDecryption !== false,
    };
  },
  "aws:ssm/getParametersByPath:getParametersByPath": async (args, context) => {
    const found: Parameter[] = [];
    let NextToken: string | undefined;
    do {
      const page = await client(SSMClient, context).send(
        new GetParametersByPathCommand({
          Path: String(args.path),
          Recursive: args.recursive === true,
          WithDecryption: args.withDecryption !== false,
          NextToken,
        }),
      );
      found.push(...(page.Parameters ?? []));
      NextToken = page.NextToken;
    } while (NextToken);
    return {
      id: args.path,
      path: args.path,
      arns: found.map(({ ARN }) => ARN),
      names: found.map(({ Name }) => Name),
      types: found.map(({ Type }) => Type),
      values: found.map(({ Value }) => Value),
      withDecryption: args.withDecryption !== false,
    };
  },
};

export function findInvoke(token: string): Invoke | undefined {
  if (!Object.hasOwn(INVOKES, token)) return undefined;
  return { run: INVOKES[token], secretResults: SECRET_RESULTS[token] };
}

/** Returns the names of the functions that the provider supports, sorted. */
export function invokeTokens(): string[] {
  return Object.keys(INVOKES).sort();
}

/** `us-east-1` -> `use1`, as AWS abbreviates regions in zone ids. */
function zoneIdPrefix(region: string): string {
  const [area, direction, number] = region.split("-");
  return `${area}${direction[0]}${number}`;
}
