import { expect } from "chai";
import { startCloud, type Cloud } from "../../cloud/cloud";
import { destroyClients } from "../../provider/clients";
import { ProviderCore } from "../../provider/core";
import type { DiffResult, Properties, ProviderContext } from "../../provider/types";
import { ROOT_CREDENTIALS } from "../../engine/session";

export const SETTINGS = { region: "eu-central-1", credentials: ROOT_CREDENTIALS, maxAttempts: 1 };

/** A resource that a test created. */
export interface Made {
  readonly type: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** A provider with its own cloud. */
export class ProviderBench {
  private readonly made: Made[] = [];

  private constructor(
    readonly cloud: Cloud,
    readonly context: ProviderContext,
    readonly core: ProviderCore,
  ) {}

  static async start(): Promise<ProviderBench> {
    const cloud = await startCloud({ region: SETTINGS.region });
    const { endpoint, accountId } = cloud;
    const context = { aws: { ...SETTINGS, endpoint, accountId }, programDirectory: __dirname };
    return new ProviderBench(cloud, context, new ProviderCore(context));
  }

  check(type: string, news: Properties, olds?: Properties): Properties {
    const urn = `urn:pulumi:dev::test::${type}::thing`;
    const { inputs, failures } = this.core.check({
      urn,
      type,
      news,
      olds,
      randomSeed: Buffer.from("seed"),
    });
    expect(failures).to.deep.equal([]);
    return inputs;
  }

  /** Creates a resource that others depend on; it is deleted when the bench stops. */
  async make(type: string, news: Properties): Promise<Made> {
    const inputs = this.check(type, news);
    const { id, outputs } = await this.core.create(type, inputs);
    const made = { type, id, inputs, outputs };
    this.made.push(made);
    return made;
  }

  async stop(): Promise<void> {
    for (const { type, id, inputs, outputs } of this.made.splice(0).reverse())
      await this.core.delete(type, id, inputs, outputs);
    destroyClients(this.context);
    await this.cloud.close();
  }
}

/** The expected life cycle of a resource type, as data. */
export interface Lifecycle {
  readonly type: string;
  /** Returns the resource's inputs, after creating its dependencies. */
  inputs(bench: ProviderBench): Promise<Properties> | Properties;
  /** Changes that are made in place, one after another; `undefined` removes an input. */
  readonly updates?: readonly Properties[];
  /** Changes that require a replacement. */
  readonly replaces?: readonly Properties[];
  /** Changes the resource outside of the provider; `expected` are the paths that then differ. */
  readonly drift?: {
    make(bench: ProviderBench, made: Made): Promise<unknown>;
    expected: readonly string[];
  };
  /** Like `drift`, for a resource that no update can restore. */
  readonly foreignChange?: Lifecycle["drift"];
  /** Returns the id for `pulumi import`; absent = the resource's id. */
  importId?(made: Made): string;
  /** Inputs that AWS never returns, so that an import cannot find them. */
  readonly untold?: readonly string[];
  /** True for an object that always exists: deleting it only resets it. */
  readonly permanent?: boolean;
}

/** Tests a resource's life cycle; each step is a separate test. */
export function describeLifecycle(life: Lifecycle): void {
  describe(life.type, function () {
    let bench: ProviderBench;
    let made: Made;
    const { type } = life;

    before(async () => {
      bench = await ProviderBench.start();
      const inputs = bench.check(type, await life.inputs(bench));
      made = { type, inputs, ...(await bench.core.create(type, inputs)) };
    });

    after(() => bench.stop());

    const refreshed = async (): Promise<Properties> => {
      const found = await bench.core.refresh(type, made.id, made.inputs);
      expect(found, `${type} ${made.id} exists`).to.not.equal(undefined);
      return found?.inputs ?? {};
    };
    const diff = (olds: Properties, news: Properties): DiffResult =>
      bench.core.diff(type, olds, news);

    it("reads back what it was created with", async () => {
      expect(await refreshed()).to.deep.equal(made.inputs);
      const again = bench.check(type, withoutDefaults(made.inputs), made.inputs);
      expect([...diff(made.inputs, again).detailed]).to.deep.equal([]);
    });

    it("is found by an import", async () => {
      const id = life.importId?.(made) ?? made.id;
      const found = await bench.core.import(type, id, {});
      const expected = bench.check(type, withoutDefaults(made.inputs), found?.inputs);
      expect(paths(diff(found?.inputs ?? {}, expected))).to.have.members([...(life.untold ?? [])]);
    });

    for (const [index, change] of (life.updates ?? []).entries())
      it(`updates ${Object.keys(change).join(", ")} in place (${index + 1})`, async () => {
        const news = bench.check(type, merged(made.inputs, change), made.inputs);
        const { replace, changed } = diff(made.inputs, news);
        expect({ replace, changed }).to.deep.equal({ replace: false, changed: true });
        const outputs = await bench.core.update(type, made.id, news, made.inputs);
        made = { ...made, inputs: news, outputs };
        expect(await refreshed()).to.deep.equal(news);
      });

    for (const change of life.replaces ?? [])
      it(`replaces it for another ${Object.keys(change).join(", ")}`, () => {
        const { detailed, replace } = diff(made.inputs, { ...made.inputs, ...change });
        expect(replace, JSON.stringify([...detailed])).to.equal(true);
      });

    if (life.drift) {
      const { make, expected } = life.drift;
      it(`sees that somebody else has changed ${expected.join(", ")}`, async () => {
        await make(bench, made);
        const found = await refreshed();
        expect(paths(diff(found, made.inputs))).to.have.members([...expected]);
        // An update restores it.
        await bench.core.update(type, made.id, made.inputs, found);
        expect(await refreshed()).to.deep.equal(made.inputs);
      });
    }

    if (life.foreignChange) {
      const { make, expected } = life.foreignChange;
      it(`sees that somebody else has changed ${expected.join(", ")}`, async () => {
        await make(bench, made);
        expect(paths(diff(await refreshed(), made.inputs))).to.have.members([...expected]);
      });
    }

    it("is gone after its deletion, and may be deleted twice", async () => {
      const { id, inputs, outputs } = made;
      await bench.core.delete(type, id, inputs, outputs);
      if (!life.permanent) expect(await bench.core.read(type, id, inputs)).to.equal(undefined);
      await bench.core.delete(type, id, inputs, outputs);
    });
  });
}

function paths({ detailed }: DiffResult): string[] {
  return [...detailed.keys()];
}

function merged(inputs: Properties, change: Properties): Properties {
  const all = { ...withoutDefaults(inputs), ...change };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Returns the inputs of a program: without the provider's defaults and the generated name. */
function withoutDefaults(inputs: Properties): Properties {
  return without(inputs, ["__defaults", ...((inputs.__defaults as string[] | undefined) ?? [])]);
}

function without(inputs: Properties, keys: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !keys.includes(key)));
}
