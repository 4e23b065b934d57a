import { asError } from "../core/errors";
import { autoname } from "./autoname";
import { DEFAULTS_KEY, diffInputs } from "./diff";
import { findInvoke } from "./invokes";
import { importInputs, refreshInputs } from "./refresh";
import { findResourceType } from "./resources";
import {
  PartialFailure,
  type CheckFailure,
  type CheckRequest,
  type CheckResult,
  type DiffResult,
  type Properties,
  type ProviderContext,
  type ResourceType,
} from "./types";
import { containsUnknown } from "./values";

/** Resource options that affect the diff. */
export interface DiffOptions {
  readonly replaceOnChanges?: readonly string[];
}

/** The current state of a resource in AWS, and the inputs that correspond to it. */
export interface Found {
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/**
 * The `aws` provider: check, diff, create, read, update, delete and invokes over AWS's API. It does not depend on an
 * engine; both the local engine and the plugin of the Pulumi CLI use it.
 */
export class ProviderCore {
  private readonly regions = new Map<string, ProviderContext>();

  constructor(private readonly context: ProviderContext) {}

  /** Returns the same provider for another region, as `new aws.Provider(name, { region })` requests. */
  inRegion(region: string): ProviderCore {
    return new ProviderCore(this.contextOf({ region }));
  }

  /** Returns the region of a resource with these inputs. */
  regionOf(inputs: Properties): string {
    return this.contextOf(inputs).aws.region;
  }

  check(request: CheckRequest): CheckResult {
    const type = this.type(request.type);
    const inputs: Properties = { ...type.defaults, ...withoutNull(request.news) };
    const unnamed = autoname(type, inputs, request);
    const known = Object.fromEntries(
      Object.entries(inputs).filter(([, value]) => !containsUnknown(value)),
    );
    const failures = [
      ...unnamed,
      ...unsupported(type, inputs),
      ...missing(type, inputs),
      ...(type.check?.(known) ?? []),
    ];
    return { inputs, failures };
  }

  diff(token: string, olds: Properties, news: Properties, options: DiffOptions = {}): DiffResult {
    return diffInputs(this.type(token), olds, news, options.replaceOnChanges ?? []);
  }

  /** Creates a resource. Throws a PartialFailure if it exists but does not match all inputs yet. */
  async create(token: string, inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const type = this.type(token);
    let id = "";
    try {
      id = await type.create(inputs, this.contextOf(inputs));
      return { id, outputs: await this.outputs(type, id, inputs) };
    } catch (error) {
      if (error instanceof PartialFailure) throw await this.readOrInputs(type, error, inputs);
      if (id === "") throw error;
      throw new PartialFailure(id, this.asAsked(id, inputs), asError(error));
    }
  }

  /** Returns the outputs from AWS; undefined = it does not exist. */
  async read(token: string, id: string, inputs: Properties): Promise<Properties | undefined> {
    const found = await this.find(token, id, inputs);
    return found?.outputs;
  }

  /** Returns the actual state in AWS instead of that of the last update; undefined = it does not exist. */
  async refresh(token: string, id: string, inputs: Properties): Promise<Found | undefined> {
    const found = await this.find(token, id, inputs);
    if (!found) return undefined;
    return { inputs: refreshInputs(this.type(token), inputs, found.state), outputs: found.outputs };
  }

  /** Reads a resource that something else created; `hints` are inputs that help to find it. */
  async import(token: string, id: string, hints: Properties): Promise<Found | undefined> {
    const type = this.type(token);
    const known = { ...type.importKey?.(id), ...withoutNull(hints) };
    const found = await this.find(token, id, known);
    return (
      found && {
        inputs: { ...importInputs(type, { ...known, ...found.state }) },
        outputs: found.outputs,
      }
    );
  }

  async update(token: string, id: string, news: Properties, olds: Properties): Promise<Properties> {
    const type = this.type(token);
    await type.update?.(id, news, olds, this.contextOf(news));
    return this.outputs(type, id, news);
  }

  async delete(token: string, id: string, inputs: Properties, outputs: Properties): Promise<void> {
    await this.type(token).delete(id, { ...inputs, ...outputs }, this.contextOf(inputs));
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const invoke = findInvoke(token);
    if (!invoke)
      throw new UnsupportedError(
        `The local cloud's provider does not implement the function '${token}'.`,
      );
    return invoke.run(args, this.contextOf(args));
  }

  /** Returns the results of a function that are always secret, whatever its arguments. */
  secretResults(token: string): readonly string[] {
    return findInvoke(token)?.secretResults ?? [];
  }

  secretOutputs(token: string): readonly string[] {
    return findResourceType(token)?.secretOutputs ?? [];
  }

  /** Returns the outputs that any update of the type may change. */
  volatileOutputs(token: string): readonly string[] {
    return this.type(token).volatileOutputs ?? [];
  }

  private async find(
    token: string,
    id: string,
    inputs: Properties,
  ): Promise<{ state: Properties; outputs: Properties } | undefined> {
    const context = this.contextOf(inputs);
    const state = await this.type(token).read(id, inputs, context);
    return state && { state, outputs: outputsOf(id, inputs, state, context) };
  }

  private async outputs(type: ResourceType, id: string, inputs: Properties): Promise<Properties> {
    const context = this.contextOf(inputs);
    const state = await type.read(id, inputs, context);
    if (!state) throw new Error(`${type.token} '${id}' does not exist right after it was written.`);
    return outputsOf(id, inputs, state, context);
  }

  /** Returns an incompletely created resource with the outputs that it already has. */
  private async readOrInputs(
    type: ResourceType,
    { id, reason }: PartialFailure,
    inputs: Properties,
  ): Promise<PartialFailure> {
    const outputs = await this.outputs(type, id, inputs).catch(() => this.asAsked(id, inputs));
    return new PartialFailure(id, outputs, reason);
  }

  /** Returns the outputs of a resource that AWS cannot be asked about. */
  private asAsked(id: string, inputs: Properties): Properties {
    return outputsOf(id, inputs, {}, this.contextOf(inputs));
  }

  private contextOf({ region }: Properties): ProviderContext {
    const { aws } = this.context;
    if (typeof region !== "string" || region === aws.region) return this.context;
    let found = this.regions.get(region);
    if (!found) {
      found = { ...this.context, aws: { ...aws, region, home: aws.home ?? aws } };
      this.regions.set(region, found);
    }
    return found;
  }

  private type(token: string): ResourceType {
    const type = findResourceType(token);
    if (!type)
      throw new UnsupportedError(
        `The local cloud's provider does not implement the resource type '${token}'. ` +
          "docs/local-cloud.md lists what it has; the Pulumi CLI deploys the program to AWS unchanged.",
      );
    return type;
  }
}

/** Thrown for something that this provider does not support; retries cannot help. */
export class UnsupportedError extends Error {
  override readonly name = "UnsupportedError";
}

function unsupported(type: ResourceType, inputs: Properties): CheckFailure[] {
  const known = new Set([...type.inputs, "region", DEFAULTS_KEY]);
  return Object.keys(inputs)
    .filter((property) => !known.has(property))
    .map((property) => ({ property, reason: "is not supported by the local cloud's provider" }));
}

function missing(type: ResourceType, inputs: Properties): CheckFailure[] {
  return (type.required ?? [])
    .filter((property) => inputs[property] === undefined)
    .map((property) => ({ property, reason: "is required, and was not given" }));
}

function withoutNull(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter(([, value]) => value !== null && value !== undefined),
  );
}

function outputsOf(
  id: string,
  inputs: Properties,
  state: Properties,
  { aws }: ProviderContext,
): Properties {
  return { id, region: aws.region, ...visible(inputs), ...state };
}

/** Removes the provider's own bookkeeping, which is not an output. */
function visible(inputs: Properties): Properties {
  const { [DEFAULTS_KEY]: _names, ...rest } = inputs;
  return rest;
}
