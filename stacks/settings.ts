// All settings that the stacks read from their configuration.
import * as pulumi from "@pulumi/pulumi";

/** Settings that differ between the stacks; everything else is the same. */
export interface Settings {
  /** ARNs that alarms notify, such as SNS topics. */
  readonly alarmActions: string[];
  /** Protects resources with data against deletion. */
  readonly protectData: boolean;
  readonly logRetentionInDays: number;
}

/** Existing subnets, and who may reach the tasks in them. */
export interface ExistingNetwork {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** For subnets that reach the internet through an internet gateway. Default false. */
  readonly assignPublicIp?: boolean;
}

/** An existing ECS service: pushes redeploy it, but the program manages nothing else of it. */
export interface ExistingService {
  /** Name of the cluster. */
  readonly cluster: string;
  /** Family of its task definitions. */
  readonly family: string;
  /** ARNs of the family's task and execution roles. */
  readonly passRoles: readonly string[];
}

/** AWSX's values: https://www.pulumi.com/registry/packages/awsx/api-docs/ec2/vpc/ */
const NAT_GATEWAYS = ["None", "Single", "OnePerAz"] as const;
export type NatGateways = (typeof NAT_GATEWAYS)[number];

/** How the shop runs: which parts exist already, and the size of the rest. */
export interface ShopSettings {
  readonly network?: ExistingNetwork;
  readonly service?: ExistingService;
  readonly natGateways: NatGateways;
  readonly desiredCount: number;
  /** CPU units of a task. */
  readonly cpu: number;
  /** MiB of a task. */
  readonly memory: number;
}

export function readSettings(config = new pulumi.Config()): Settings {
  return {
    alarmActions: config.getObject<string[]>("alarmActions") ?? [],
    protectData: config.getBoolean("protectData") ?? false,
    logRetentionInDays: config.getNumber("logRetentionInDays") ?? 30,
  };
}

/** @throws pulumi.RunError with a sentence that names the key, its value and the allowed values. */
export function readShopSettings(config = new pulumi.Config()): ShopSettings {
  const network = readNetwork(config);
  const natGateways = config.get("natGateways") ?? "None";
  if (!isOneOf(NAT_GATEWAYS, natGateways))
    throw mistake(config, "natGateways", natGateways, `allowed are ${NAT_GATEWAYS.join(", ")}`);
  if (network && natGateways !== "None")
    throw mistake(
      config,
      "natGateways",
      natGateways,
      "a network that exists keeps its own gateways, so remove this or network",
    );
  return {
    network,
    service: readService(config),
    natGateways,
    desiredCount: readCount(config, "desiredCount", 1),
    cpu: readCount(config, "cpu", 256),
    memory: readCount(config, "memory", 512),
  };
}

function readNetwork(config: pulumi.Config): ExistingNetwork | undefined {
  const names = ["subnetIds", "securityGroupIds", "assignPublicIp"];
  const network = readObject(config, "network", names);
  if (!network) return undefined;
  const { assignPublicIp } = network;
  if (assignPublicIp !== undefined && typeof assignPublicIp !== "boolean")
    throw mistake(config, "network.assignPublicIp", assignPublicIp, "allowed are true and false");
  return {
    subnetIds: readIds(config, "network.subnetIds", network.subnetIds, {
      allowed: "list at least one id such as subnet-0123456789abcdef0",
      pattern: /^subnet-[0-9a-f]+$/,
    }),
    securityGroupIds: readIds(config, "network.securityGroupIds", network.securityGroupIds, {
      allowed: "list at least one id such as sg-0123456789abcdef0",
      pattern: /^sg-[0-9a-f]+$/,
    }),
    assignPublicIp,
  };
}

function readService(config: pulumi.Config): ExistingService | undefined {
  const service = readObject(config, "service", ["cluster", "family", "passRoles"]);
  if (!service) return undefined;
  return {
    cluster: readName(config, "service.cluster", service.cluster),
    family: readName(config, "service.family", service.family),
    passRoles: readIds(config, "service.passRoles", service.passRoles, {
      allowed: "list the ARNs of the family's task and execution roles, or [] for none",
      pattern: /^arn:[^:]+:iam::\d{12}:role\/.+$/,
      mayBeEmpty: true,
    }),
  };
}

/** Reads an object with only these names; undefined if it is not given, or `{}`. */
function readObject(
  config: pulumi.Config,
  key: string,
  names: readonly string[],
): Record<string, unknown> | undefined {
  const value = readJson(config, key);
  const allowed = `allowed is an object with ${names.join(", ")}`;
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw mistake(config, key, value, allowed);
  const other = Object.keys(value).find((name) => !names.includes(name));
  if (other !== undefined)
    throw mistake(config, `${key}.${other}`, Reflect.get(value, other), allowed);
  return Object.keys(value).length > 0 ? { ...value } : undefined;
}

/** Parses a value as JSON; anything else is a text, like in YAML without quotes. */
function readJson(config: pulumi.Config, key: string): unknown {
  const text = config.get(key);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readIds(
  config: pulumi.Config,
  key: string,
  value: unknown,
  { allowed, pattern, mayBeEmpty }: { allowed: string; pattern: RegExp; mayBeEmpty?: boolean },
): string[] {
  if (!Array.isArray(value) || (value.length === 0 && !mayBeEmpty))
    throw mistake(config, key, value, allowed);
  const ids: unknown[] = value;
  return ids.map((id, i) => {
    if (typeof id === "string" && pattern.test(id)) return id;
    throw mistake(config, `${key}[${i}]`, id, allowed);
  });
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html and API_RegisterTaskDefinition */
function readName(config: pulumi.Config, key: string, value: unknown): string {
  if (typeof value === "string" && /^[A-Za-z0-9_-]{1,255}$/.test(value)) return value;
  throw mistake(config, key, value, "give its name (letters, digits, - and _), not its ARN");
}

function readCount(config: pulumi.Config, key: string, byDefault: number): number {
  const value = config.getNumber(key) ?? byDefault;
  if (Number.isInteger(value) && value >= 1) return value;
  throw mistake(config, key, value, "allowed are whole numbers from 1");
}

function mistake(
  config: pulumi.Config,
  key: string,
  given: unknown,
  allowed: string,
): pulumi.RunError {
  const shown = given === undefined ? "nothing" : JSON.stringify(given);
  return new pulumi.RunError(`${config.name}:${key}: given ${shown}; ${allowed}.`);
}

function isOneOf<T extends string>(values: readonly T[], value: string): value is T {
  return values.some((one) => one === value);
}
