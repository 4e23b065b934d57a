import type { ParameterTier, ParameterType } from "@aws-sdk/client-ssm";
import type { AgentBehaviour } from "./commands/agents";
import type { StoredCommand } from "./commands/command";
import { CommandRunner } from "./commands/runner";
import { publicParameter } from "./model/publicParameter";
import type { Operation, StoreScope } from "../../core/service";

/** The parameters and commands of one region. */
export interface SsmStore {
  /** By full name. */
  readonly parameters: Map<string, StoredParameter>;
  /** Returns a parameter that AWS publishes. */
  publicParameter(name: string): StoredParameter | undefined;
  /** By id, in the order of sending. */
  readonly commands: Map<string, StoredCommand>;
  /** Simulated behaviours of agents, by instance. */
  readonly agents: Map<string, AgentBehaviour>;
  readonly runner: CommandRunner;
}

export interface StoredParameter {
  readonly name: string;
  readonly arn: string;
  /** Oldest first, never empty, at most 100. */
  readonly versions: ParameterVersion[];
  readonly tags: Map<string, string>;
}

export interface ParameterVersion {
  readonly version: number;
  readonly type: ParameterType;
  /** The value as the client sent it; for a SecureString its ciphertext, base64. */
  readonly value: string;
  /** Key of a SecureString, as the caller named it. */
  readonly keyId?: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly tier: ParameterTier;
  readonly dataType: string;
  readonly lastModifiedDate: Date;
  /** ARN of the principal that created this version. */
  readonly lastModifiedUser: string;
  readonly labels: Set<string>;
}

/** An operation whose input and output have the SDK's shapes. */
export type SsmOperation<Input, Output> = Operation<SsmStore, Input, Omit<Output, "$metadata">>;

export function createSsmStore(scope: StoreScope): SsmStore {
  const agents = new Map<string, AgentBehaviour>();
  const runner = new CommandRunner(scope, (id) => agents.get(id) ?? "normal");
  const createdAt = new Date(scope.clock.now());
  return {
    parameters: new Map(),
    publicParameter: (name) => publicParameter(name, { region: scope.region, createdAt }),
    commands: new Map(),
    agents,
    runner,
  };
}

export function latestVersion(parameter: StoredParameter): ParameterVersion {
  return parameter.versions[parameter.versions.length - 1];
}
