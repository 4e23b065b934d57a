import { expect } from "chai";
import { deserialize, serialize } from "node:v8";
import { VirtualClock } from "../../../core/clock";
import { encode } from "../../../core/saving/encode";
import { restore } from "../../../core/saving/restore";
import { made, type StoreSaving } from "../../../core/saving/storeSaving";

class Point {
  constructor(
    readonly x: number,
    private y: number,
  ) {}
  moved(): number[] {
    this.y += 1;
    return [this.x, this.y];
  }
}

/** Refers to the store that contains it, and to a function. */
class Counter {
  count = 0;
  constructor(
    private readonly store: { readonly step: number },
    private readonly onCount: () => void,
  ) {}
  next(): number {
    this.onCount();
    return (this.count += this.store.step);
  }
}

class Named {
  readonly tags = new Set<string>();
  constructor(
    readonly name: string,
    readonly describe: () => string,
  ) {}
}

const clock = new VirtualClock("manual");

/** Saves a store, and restores it into a new one. */
function again<Store extends object>(
  store: Store,
  fresh: Store,
  saving: StoreSaving<Store> = {},
): Store {
  const { transient = [], computed = [], values = [], parts = [] } = saving;
  const makers = saving.made ?? [];
  const rules = {
    transient: new Set(transient),
    computed: new Set(computed),
    omits: (value: object) => saving.omits?.(value) === true,
    surroundings: new Set<object>([clock]),
    classes: [...values, ...parts, ...makers.map(({ of }) => of)],
  };
  restore(deserialize(serialize(encode(store, rules))), fresh, saving);
  return fresh;
}

describe("A saved store", () => {
  it("has its data again: maps, sets, dates, bytes, big numbers, absent values", () => {
    const store = {
      map: new Map<unknown, unknown>([["a", { b: [1, null, new Date(5)] }]]),
      set: new Set(["x"]),
      bytes: Buffer.from("ÿ"),
      big: 2n ** 70n,
    };
    const fresh = { map: new Map<unknown, unknown>(), set: new Set(["old"]) };
    expect(again<object>(store, fresh)).to.deep.equal(store);
  });

  it("keeps cycles and shared objects, and the objects that it has already", () => {
    const shared: Record<string, unknown> = { name: "shared" };
    shared.self = shared;
    const { map } = { map: new Map<unknown, unknown>() };
    const fresh = { map, reads: () => map.size, list: [] as unknown[] };
    const restored = again(
      { map: new Map([[shared, shared]]), reads: () => -1, list: [shared] },
      fresh,
    );
    expect(restored.map).to.equal(map);
    expect(restored.reads()).to.equal(1);
    const [[key, value]] = [...(restored.map as Map<Record<string, unknown>, unknown>)];
    expect([key, key.self, restored.list[0]]).to.deep.equal([value, key, key]);
    expect(key.self).to.equal(key);
    expect(restored.list[0]).to.equal(key);
  });

  it("has instances of classes again: of data, of its own parts, and made from their fields", () => {
    const create = (calls: string[]) => {
      const store = { step: 3, points: [] as Point[], named: new Map<string, Named>() };
      return Object.assign(store, { counter: new Counter(store, () => calls.push("counted")) });
    };
    const store = create([]);
    store.points.push(new Point(1, 2));
    store.counter.next();
    const one = new Named("one", () => "lost");
    one.tags.add("t");
    store.named.set("one", one);
    const calls: string[] = [];
    const restored = again(store, create(calls), {
      values: [Point],
      parts: [Counter],
      made: [made(Named, (field) => new Named(field("name"), () => "made"))],
    });
    expect(restored.points[0].moved()).to.deep.equal([1, 3]);
    expect(restored.counter.next()).to.equal(6);
    expect(calls).to.deep.equal(["counted"]);
    const named = restored.named.get("one");
    expect([named?.name, named?.describe(), [...(named?.tags ?? [])]]).to.deep.equal([
      "one",
      "made",
      ["t"],
    ]);
  });

  it("has a timer as the time at which it is due, and nothing of the running cloud", () => {
    const timer = clock.setTimeout(() => undefined, 5000, "a task");
    const cache = new Map([["a", () => 1]]);
    const store = { timer, clock, cache, kept: 1, loads: [{ cpu: 7 }, { cpu: () => 8 }] };
    const fresh = { kept: 0 };
    const saving = { transient: ["cache"], computed: ["cpu"] };
    expect(again<object>(store, fresh, saving)).to.deep.equal({
      timer: { due: timer.due },
      kept: 1,
      loads: [{ cpu: 7 }, {}],
    });
  });

  it("has all members of plain objects, whatever a user named them", () => {
    const store = { settings: JSON.parse('{"cache":1,"__proto__":{"a":2},"skip":{}}') as object };
    const saving = { transient: ["cache"], omits: (value: object) => "a" in value };
    const restored = again<object>(store, {}, saving) as { settings: object };
    expect(JSON.stringify(restored)).to.equal('{"settings":{"cache":1,"skip":{}}}');
    const all = again<object>(store, {}, { transient: ["cache"] });
    expect(JSON.stringify(all)).to.equal(JSON.stringify(store));
  });

  it("has a user's data that looks like an encoded instance", () => {
    const tags = { "localcloud:class": "Point", other: { "localcloud:class": "" } };
    const store = { tags, same: tags, point: new Point(1, 2) };
    const restored = again<Partial<typeof store>>(store, {}, { values: [Point] });
    expect(restored).to.deep.equal(store);
    expect(restored.same).to.equal(restored.tags);
  });

  it("is refused where a restored one would lack something: functions and classes without a rule", () => {
    const refused = (store: object, saving?: StoreSaving<object>) => () => again(store, {}, saving);
    expect(refused({ rules: [{ test: () => true }] })).to.throw(
      TypeError,
      /^rules\[0\]\.test is a function\.$/,
    );
    expect(refused({ all: new Map([["a", new Point(1, 2)]]) })).to.throw(
      TypeError,
      /^all\[a\] is a Point, for which there is no rule\.$/,
    );
    const part = { parts: [Counter] };
    expect(refused({ counter: new Counter({ step: 1 }, () => undefined) }, part)).to.throw(
      TypeError,
      "The class Counter is unknown.",
    );
  });
});
