import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  isPacking,
  turnToPack,
} from "../../../../components/function/packing/caching/packingOrder";

const KEPT = Symbol.for("aws-callbacks.kept");
const RUN = "LOCALCLOUD_LOADED_AFTER";

describe("The order in which callbacks are packed", () => {
  const own = Reflect.get(globalThis, KEPT) as unknown;
  const run = process.env[RUN];
  beforeEach(() => Reflect.set(globalThis, KEPT, new Map()));
  afterEach(() => {
    if (own === undefined) Reflect.deleteProperty(globalThis, KEPT);
    else Reflect.set(globalThis, KEPT, own);
    if (run === undefined) Reflect.deleteProperty(process.env, RUN);
    else process.env[RUN] = run;
  });

  /** Returns the turn of the event loop in which each text was packed, in a run of the program. */
  async function turns(name: string, texts: readonly string[]): Promise<Record<string, number>> {
    process.env[RUN] = name;
    let turn = 0;
    const count = (): void => {
      turn += 1;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const packed = texts.map((text) => turnToPack(text).then(() => [text, turn] as const));
    const found = Object.fromEntries(await Promise.all(packed));
    clearImmediate(next);
    return found;
  }

  it("is the program's order in the first run, each text in a separate turn of the event loop", async () => {
    expect(await turns("1", ["one", "two"])).to.deep.equal({ one: 1, two: 2 });
  });

  it("begins with texts that changed since the run before; each of the others gets a separate turn", async () => {
    await turns("1", ["one", "two", "three"]);
    const found = await turns("2", ["one", "two", "changed"]);
    expect(found).to.deep.equal({ changed: 0, one: 1, two: 2 });
  });

  it("treats a text of an older run as changed when the last run lacked it", async () => {
    await turns("1", ["one", "two"]);
    await turns("2", ["one", "changed"]);
    expect(await turns("3", ["one", "two"])).to.deep.equal({ two: 0, one: 1 });
  });

  it("continues with an unchanged text only when its resource is registered", async () => {
    await turns("1", ["one"]);
    process.env[RUN] = "2";
    let register = (): void => undefined;
    const urn = pulumi.output(new Promise<string>((resolve) => (register = () => resolve("urn"))));
    let isPacked = false;
    // All that it uses of a resource.
    const packed = turnToPack("one", { urn } as pulumi.Resource).then(() => (isPacked = true));
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(isPacked).to.equal(false);
    register();
    await packed;
  });

  it("is not finished while a text waits for its turn", async () => {
    await turns("1", ["one", "two"]);
    process.env[RUN] = "2";
    const all = ["one", "two"].map((text) => turnToPack(text));
    expect(isPacking()).to.equal(true);
    await Promise.all(all);
    await new Promise(setImmediate);
    expect(isPacking()).to.equal(false);
  });
});
