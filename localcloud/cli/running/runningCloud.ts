import type { DeployedResource } from "../../cloud/program";
import { didYouMean } from "../../core/closest";
import { ROOT_CREDENTIALS } from "../../core/rootCredentials";

/** Thrown if a command on a running cloud fails; the message says why. */
export class RunningError extends Error {
  override readonly name = "RunningError";
}

/** Receives a command's output lines. */
export interface Lines {
  print(line: string): void;
  complain(line: string): void;
}

/** The answer of `GET /_localcloud/health`. */
export interface Health {
  readonly accountId: string;
  readonly region: string;
  readonly services: readonly string[];
}

/** The answer of `GET /_localcloud/program`; empty on a cloud without a program. */
export interface Program {
  readonly project?: string;
  readonly stack?: string;
  readonly resources?: readonly DeployedResource[];
}

const FUNCTION = "aws:lambda/function:Function";

/** A cloud in another process, used through its HTTP endpoints. */
export class RunningCloud {
  constructor(readonly endpoint: string) {}

  health(): Promise<Health> {
    return this.ask("GET", "health") as Promise<Health>;
  }

  program(): Promise<Program> {
    return this.ask("GET", "program") as Promise<Program>;
  }

  /** Returns settings for an AWS SDK client of it. */
  async client(): Promise<{
    endpoint: string;
    region: string;
    credentials: typeof ROOT_CREDENTIALS;
  }> {
    const { region } = await this.health();
    return { endpoint: this.endpoint, region, credentials: ROOT_CREDENTIALS };
  }

  /** Calls one of the endpoints below `/_localcloud`. @throws RunningError if nothing answers, or it refuses */
  async ask(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.endpoint}/_localcloud/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: body && JSON.stringify(body),
    }).catch(() => {
      throw new RunningError(
        `no local cloud answers on ${this.endpoint}. Start one with 'localcloud up', or name its port with --port.`,
      );
    });
    const answer = (await response.json().catch(() => ({}))) as { readonly message?: string };
    if (!response.ok)
      throw new RunningError(answer.message ?? `${this.endpoint} answered ${response.status}.`);
    return answer;
  }

  /** Returns the function with this name. @throws RunningError */
  async function(name: string): Promise<DeployedResource> {
    const { resources = [] } = await this.program();
    return functionNamed(name, resources);
  }
}

/**
 * Finds a function by its name in the program, its name in AWS, or the component that contains it.
 *
 * @throws RunningError for an unknown name, and for a component with several functions
 */
export function functionNamed(
  name: string,
  resources: readonly DeployedResource[],
): DeployedResource {
  const functions = resources.filter(({ type }) => type === FUNCTION);
  const exact = functions.find((one) => one.name === name || one.id === name);
  if (exact) return exact;
  const inside = functionsInside(name, resources);
  if (inside.length === 1) return inside[0];
  const names = functions.map((one) => one.name).sort();
  if (inside.length > 1)
    throw new RunningError(
      `'${name}' has several functions: ${inside.map((one) => one.name).join(", ")}.`,
    );
  throw new RunningError(
    functions.length === 0
      ? "the program has no functions."
      : `there is no function '${name}'.${didYouMean(name, names) || ` There are ${names.join(", ")}.`}`,
  );
}

/** Returns the functions of a component, at any depth. */
export function functionsInside(
  name: string,
  resources: readonly DeployedResource[],
): DeployedResource[] {
  const roots = resources.filter((one) => one.name === name && one.id === undefined);
  const parents = new Map(resources.map(({ urn, parent }) => [urn, parent]));
  const isInside = (urn: string): boolean => {
    for (let at = parents.get(urn); at; at = parents.get(at))
      if (roots.some((root) => root.urn === at)) return true;
    return false;
  };
  return resources.filter(({ type, urn }) => type === FUNCTION && isInside(urn));
}
