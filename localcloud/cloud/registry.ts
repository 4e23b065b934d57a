import { inputCheck, loadCodec, type ServiceCodec } from "../codec";
import { encode } from "../core/saving/encode";
import { restore } from "../core/saving/restore";
import type { CloudApi, ServiceDefinition, StoreScope } from "../core/service";
import type { Span } from "../core/trace";

/** The state of one service in one region, as it is saved between two runs of the cloud. */
export interface SavedStore {
  /** Region, or `global`. */
  readonly place: string;
  readonly store: unknown;
  /** Data outside of the store's objects. */
  readonly more?: unknown;
}

/** A service with its state. Its codec and SDK module are loaded when first needed. */
export class LoadedService {
  private readonly stores = new Map<string, unknown>();
  private readonly scopes = new Set<StoreScope>();
  private readonly inputChecks = new Map<string, (input: object) => void>();
  private loadedCodec: ServiceCodec | undefined;

  constructor(readonly definition: ServiceDefinition<unknown>) {}

  get codec(): ServiceCodec {
    return (this.loadedCodec ??= loadCodec(this.definition.sdk()));
  }

  /** Throws the service's validation error if the model does not allow the input. */
  checkInput(operation: string, input: object): void {
    let check = this.inputChecks.get(operation);
    if (!check) {
      const model = this.codec.operations.get(operation);
      check = model
        ? inputCheck(this.codec, model, this.definition.constraints?.())
        : () => undefined;
      this.inputChecks.set(operation, check);
    }
    check(input);
  }

  store(region: string, cloud: CloudApi): unknown {
    const key = this.definition.scope === "global" ? "global" : region;
    if (!this.stores.has(key)) {
      const scope: StoreScope = {
        region: this.definition.scope === "global" ? cloud.defaultRegion : region,
        accountId: cloud.accountId,
        clock: cloud.clock,
        cloud,
      };
      this.scopes.add(scope);
      this.stores.set(key, this.definition.createStore(scope));
    }
    return this.stores.get(key);
  }

  /** Returns the region in use whose store meets the condition. */
  regionWith(isIt: (store: unknown) => boolean): string | undefined {
    for (const [region, store] of this.stores) if (isIt(store)) return region;
    return undefined;
  }

  /** Ends what would still change the state. */
  async halt(): Promise<void> {
    for (const store of this.stores.values()) await this.definition.saving?.halt?.(store);
  }

  /** Copies the state of all stores. Nothing may change them meanwhile. */
  async save(cloud: CloudApi): Promise<SavedStore[]> {
    const { saving = {} } = this.definition;
    const { transient = [], computed = [], values = [], parts = [], made = [] } = saving;
    const { tracer } = cloud;
    const isSpan = (value: Partial<Span>): boolean =>
      tracer !== undefined && value.trace?.tracer === tracer;
    const rules = {
      transient: new Set(transient),
      computed: new Set(computed),
      surroundings: new Set<object>([cloud, cloud.clock, ...this.scopes]),
      // Traces are not kept.
      omits: (value: object) => isSpan(value) || saving.omits?.(value) === true,
      classes: [...values, ...parts, ...made.map(({ of }) => of)],
    };
    const all = [...this.stores].map(async ([place, store]) => ({
      place,
      // A store without state is undefined (EC2 Instance Connect).
      store: typeof store === "object" && store !== null ? encode(store, rules) : undefined,
      more: await saving.save?.(store),
    }));
    return Promise.all(all);
  }

  /** Restores the state of stores that are still new. @throws TypeError if it was saved by another version */
  async restore(saved: readonly SavedStore[], cloud: CloudApi): Promise<void> {
    const { saving = {} } = this.definition;
    for (const { place, store: encoded, more } of saved) {
      const store = this.store(place, cloud);
      if (typeof store === "object" && store !== null) restore(encoded, store, saving);
      if (more !== undefined) await saving.load?.(store, more);
    }
  }

  /** Continues the work of restored stores. */
  async resume(since: number): Promise<void> {
    for (const store of this.stores.values()) await this.definition.saving?.resume?.(store, since);
  }

  /** Stops the service's processes and removes all of its state. */
  async reset(): Promise<void> {
    await this.stop();
    this.stores.clear();
    this.scopes.clear();
  }

  async stop(): Promise<void> {
    const { definition } = this;
    await Promise.all([...this.stores.values()].map(async (store) => definition.stop?.(store)));
  }
}

/** The services of one cloud, by folder name (in process) or by signing name (over HTTP). */
export class Registry {
  private readonly byName = new Map<string, LoadedService>();
  private readonly bySigningName = new Map<string, LoadedService>();

  constructor(definitions: readonly ServiceDefinition<unknown>[]) {
    for (const definition of definitions) {
      const loaded = new LoadedService(definition);
      this.byName.set(definition.name, loaded);
      this.bySigningName.set(definition.signingName, loaded);
    }
  }

  named(name: string): LoadedService | undefined {
    return this.byName.get(name);
  }

  signedAs(signingName: string): LoadedService | undefined {
    return this.bySigningName.get(signingName);
  }

  all(): LoadedService[] {
    return [...this.byName.values()];
  }
}
