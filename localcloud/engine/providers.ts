import type { ProviderCore } from "../provider/core";
import { unsupportedSettings } from "../provider/settings";
import type { Properties } from "../provider/types";
import { DeploymentError } from "./events";
import type { ResourceState } from "./state";

export const PROVIDER_TYPE = "pulumi:providers:aws";

/** The stack's own provider, and those that the program made with `new aws.Provider`. */
export class Providers {
  private readonly explicit = new Map<string, ProviderCore>();

  /** `known` are the resources of earlier runs: what is deleted later needs the provider it was made with. */
  constructor(
    readonly own: ProviderCore,
    known: readonly ResourceState[],
  ) {
    for (const { urn, type, inputs } of known)
      if (type === PROVIDER_TYPE) this.register(urn, inputs);
  }

  /** Takes a `pulumi:providers:aws` resource; throws for a setting that would be ignored. */
  register(urn: string, inputs: Properties): void {
    const [unsupported] = unsupportedSettings(inputs);
    if (unsupported !== undefined)
      throw new DeploymentError(
        urn,
        `The provider setting '${unsupported}' is not supported by the local cloud's engine; 'region' is.`,
      );
    const { region } = inputs;
    this.explicit.set(urn, typeof region === "string" ? this.own.inRegion(region) : this.own);
  }

  /** The provider of a resource; an empty URN is the stack's own. */
  of(urn: string): ProviderCore {
    return this.explicit.get(urn) ?? this.own;
  }

  /**
   * The provider for what exists already. Its URN may stand for another region by now, as soon as the program has
   * registered it; the resource is still where it was made.
   */
  whereItIs({ provider, outputs }: Pick<ResourceState, "provider" | "outputs">): ProviderCore {
    const { region } = outputs;
    return typeof region === "string" ? this.of(provider).inRegion(region) : this.of(provider);
  }
}
