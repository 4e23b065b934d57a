import type { ProviderCore } from "../../provider/core";
import { unsupportedSettings } from "../../provider/settings";
import type { Properties } from "../../provider/types";
import { DeploymentError } from "./events";
import type { ResourceState } from "../state/state";

export const PROVIDER_TYPE = "pulumi:providers:aws";

/** The stack's default provider, and those that the program created with `new aws.Provider`. */
export class Providers {
  private readonly explicit = new Map<string, ProviderCore>();

  /** `known` are the resources of earlier runs: deleting one needs the provider that created it. */
  constructor(
    readonly own: ProviderCore,
    known: readonly ResourceState[],
  ) {
    for (const { urn, type, inputs } of known)
      if (type === PROVIDER_TYPE) this.register(urn, inputs);
  }

  /** Registers a `pulumi:providers:aws` resource; throws for a setting that would be ignored. */
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

  /** Returns the provider of a resource; an empty URN means the stack's default. */
  of(urn: string): ProviderCore {
    return this.explicit.get(urn) ?? this.own;
  }

  /**
   * Returns the provider for an existing resource, in the region where it was created. When the program registers its
   * provider again, the provider's URN may stand for another region.
   */
  whereItIs({ provider, outputs }: Pick<ResourceState, "provider" | "outputs">): ProviderCore {
    const { region } = outputs;
    return typeof region === "string" ? this.of(provider).inRegion(region) : this.of(provider);
  }
}
