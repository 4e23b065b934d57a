import { createHash } from "node:crypto";
import { DEFAULTS_KEY, diffInputs } from "./diff";
import { findInvoke } from "./invokes";
import { findResourceType } from "./resources";
import type {
  CheckFailure,
  CheckRequest,
  CheckResult,
  DiffResult,
  Properties,
  ProviderContext,
  ResourceType,
} from "./types";
import { PartialFailure } from "./types";

/** What the owner of a resource may add to the diff of its type. */
export interface DiffOptions {
  readonly replaceOnChanges?: readonly string[];
}

/**
 * The `aws` provider: check, diff, create, read, update, delete and invokes over AWS's API. It knows
 * no engine; the local engine and the plugin of the Pulumi CLI both stand on it.
 */
export class ProviderCore {
  constructor(private readonly context: ProviderContext) {}

  check(request: CheckRequest): CheckResult {
    const type = this.type(request.type);
    const inputs: Properties = { ...type.defaults, ...withoutNull(request.news) };
    autoname(type, inputs, request);
    const missing = (type.required ?? [])
      .filter((property) => inputs[property] === undefined)
      .map((property): CheckFailure => ({ property, reason: "is required, and was not given" }));
    return { inputs, failures: [...missing, ...(type.check?.(inputs) ?? [])] };
  }

  diff(token: string, olds: Properties, news: Properties, options: DiffOptions = {}): DiffResult {
    return diffInputs(this.type(token), olds, news, options.replaceOnChanges ?? []);
  }

  async create(token: string, inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const type = this.type(token);
    const id = await type.create(inputs, this.context);
    try {
      return { id, outputs: await this.outputs(type, id, inputs) };
    } catch (error) {
      throw new PartialFailure(id, inputs, error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Outputs as AWS tells them; undefined = it does not exist. */
  async read(token: string, id: string, inputs: Properties): Promise<Properties | undefined> {
    const outputs = await this.type(token).read(id, inputs, this.context);
    return outputs && { id, ...visible(inputs), ...outputs };
  }

  async update(token: string, id: string, news: Properties, olds: Properties): Promise<Properties> {
    const type = this.type(token);
    await type.update?.(id, news, olds, this.context);
    return this.outputs(type, id, news);
  }

  async delete(token: string, id: string, inputs: Properties, outputs: Properties): Promise<void> {
    await this.type(token).delete(id, { ...inputs, ...outputs }, this.context);
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const invoke = findInvoke(token);
    if (!invoke)
      throw new Error(`The local cloud's provider does not implement the function '${token}'.`);
    return invoke(args, this.context);
  }

  secretOutputs(token: string): readonly string[] {
    return findResourceType(token)?.secretOutputs ?? [];
  }

  private async outputs(type: ResourceType, id: string, inputs: Properties): Promise<Properties> {
    const outputs = await type.read(id, inputs, this.context);
    if (!outputs) throw new Error(`${type.token} '${id}' does not exist right after it was written.`);
    return { id, ...visible(inputs), ...outputs };
  }

  private type(token: string): ResourceType {
    const type = findResourceType(token);
    if (!type)
      throw new Error(
        `The local cloud's provider does not implement the resource type '${token}'. ` +
          "docs/local-cloud.md lists what it has; the Pulumi CLI deploys the program to AWS unchanged.",
      );
    return type;
  }
}

/** An absent name is made from the resource's own, and kept for as long as the resource lives. */
function autoname(type: ResourceType, inputs: Properties, request: CheckRequest): void {
  const { autoname: rule } = type;
  if (!rule || inputs[rule.property] !== undefined) return;
  inputs[DEFAULTS_KEY] = [rule.property];
  const old = request.olds?.[rule.property];
  if (old !== undefined) {
    inputs[rule.property] = old;
    return;
  }
  const base = request.urn.split("::").slice(3).join("::");
  const random = createHash("sha256").update(request.randomSeed).update(request.urn).digest("hex").slice(0, 7);
  const suffix = `${rule.separator ?? "-"}${random}${rule.suffix?.(inputs) ?? ""}`;
  const name = rule.transform ? rule.transform(base) : base;
  inputs[rule.property] = name.slice(0, rule.maxLength - suffix.length) + suffix;
}

function withoutNull(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter(([, value]) => value !== null && value !== undefined),
  );
}

/** Bookkeeping of the provider is not an output. */
function visible(inputs: Properties): Properties {
  const { [DEFAULTS_KEY]: _names, ...rest } = inputs;
  return rest;
}
