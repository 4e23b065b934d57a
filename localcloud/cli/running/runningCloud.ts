import type { DeployedResource } from "../../cloud/program";
import { didYouMean } from "../../core/closest";
import { ROOT_CREDENTIALS } from "../../core/rootCredentials";

/** What was asked of a running cloud cannot be done; the message says why. */
export class RunningError extends Error {
  override readonly name = "RunningError";
}

/** Where a command's lines go. */
export interface Lines {
  print(line: string): void;
  complain(line: string): void;
}

/** What `GET /_localcloud/health` answers. */
export interface Health {
  readonly accountId: string;
  readonly region: string;
  readonly services: readonly string[];
}

/** What `GET /_localcloud/program` answers; nothing on a cloud without a program. */
export interface Program {
  readonly project?: string;
  readonly stack?: string;
  readonly resources?: readonly DeployedResource[];
}

const FUNCTION = "aws:lambda/function:Function";

/** A cloud of another process, by its own endpoints. */
export class RunningCloud {
  constructor(readonly endpoint: string) {}

  health(): Promise<Health> {
    return this.ask("GET", "health") as Promise<Health>;
  }

  program(): Promise<Program> {
    return this.ask("GET", "program") as Promise<Program>;
  }

  /** Settings of an AWS SDK client for it. */
  async client(): Promise<{
    endpoint: string;
    region: string;
    credentials: typeof ROOT_CREDENTIALS;
  }> {
    const { region } = await this.health();
    return { endpoint: this.endpoint, region, credentials: ROOT_CREDENTIALS };
  }

  /** One of the endpoints below `/_localcloud`. @throws RunningError when nothing answers, or it refuses */
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

  /** The function that a name stands for. @throws RunningError */
  async function(name: string): Promise<DeployedResource> {
    const { resources = [] } = await this.program();
    return functionNamed(name, resources);
  }
}

/**
 * The function with this name, by the name in the program, by the one that AWS has, or by the component that it is in.
 *
 * @throws RunningError for a name that nothing has, and for a component with several functions
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

/** The functions of a component, however deep. */
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
