import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { EventEmitter } from "node:events";
import * as os from "node:os";
import * as path from "node:path";
import { ECSClient } from "@aws-sdk/client-ecs";
import { packCallback } from "../../components/function/packing/packCallback";
import { mockPulumi } from "../support/graph/pulumiMocks";
import * as local from "./fixtures/helpers";
import * as first from "./fixtures/promisesOfFs";
import * as second from "./fixtures/promisesOfTimers";

type Code = () => Promise<unknown>;

interface RefusedCase {
  capture: string;
  callback: Code;
  /** Parts of the message: the captured value, and the path to it. */
  says: string[];
  isFactory?: boolean;
}

class Counter {
  count = 0;
}
class Hidden {
  #seen = 1;
  seen(): number {
    return this.#seen;
  }
}
class Names extends Array<string> {}

const settings = {
  cache: new Map([["a", 1]]),
  list: [{ at: new Date(0) }],
  counter: new Counter(),
};
const readCache = (): unknown => settings.cache.get("a");
const outer = { inner: { lookup: () => readCache() } };
const seen = new Set<string>();
const bytes = Buffer.from("x");
const typed = new Uint8Array(2);
const shared = new ArrayBuffer(2);
const weak = new WeakMap<object, number>();
const weakSet = new WeakSet<object>();
const reference = new WeakRef({});
const encoder = new TextEncoder();
const address = new URL("https://example.com");
const format = new Intl.NumberFormat("en");
const abort = new AbortController();
const hidden = new Hidden();
const names = Names.from(["a"]);
const failure = new Error("once");
const bound = readCache.bind(undefined);
const mark = Symbol("mark");
const marked = { [mark]: 1 };
const proxy = new Proxy({ a: 1 }, {});
const promise = Promise.resolve(1);
const client = new ECSClient({ region: "eu-central-1" });
const environment = process.env;
const copyOfEnvironment = { ...process.env };
const folder = __dirname;
const fileName = path.join(__dirname, "template.html");
const home = os.homedir();
const link = `file://${process.cwd()}/index.ts`;
const queue = new aws.sqs.Queue("whole", {});
// TypeScript would compile the private name for an older target.
const { next } = new Function(
  "return class { static #n = 1; static next() { return this.#n; } }",
)() as {
  next(): number;
};
const privates = new WeakMap<object, number>();
const emitter = new EventEmitter();
const generator = (function* () {
  yield 1;
})();
const secret = pulumi.secret("hunter2");
const secretInside = { database: { password: pulumi.secret("hunter2") } };
const config = new pulumi.Config();
const nodeModule = module;
const handlerOf = function (this: { name: string }): Code {
  return async () => this.name;
};
let calls = 0;
void calls;
let total = 0;
let last = "";
let item: unknown = last;
void item;
let memo: Map<string, number> | undefined;
const countCall = (): void => {
  calls += 1;
};
const remember = (): Map<string, number> => (memo ??= new Map());

const refused: RefusedCase[] = [
  {
    capture: "a Map",
    callback: async () => settings.cache.get("a"),
    says: ["a Map instance", "'settings > cache'"],
  },
  {
    capture: "a Map in a helper",
    callback: async () => readCache(),
    says: ["Map", "'readCache > settings > cache'"],
  },
  {
    capture: "a Map behind an object",
    callback: async () => outer.inner.lookup(),
    says: ["'outer > inner > lookup > readCache > settings > cache'"],
  },
  {
    capture: "a Date in a list",
    callback: async () => settings.list,
    says: ["a Date instance", "'settings > list > [0] > at'"],
  },
  { capture: "a Set", callback: async () => seen.size, says: ["a Set instance", "'seen'"] },
  { capture: "a Buffer", callback: async () => bytes.toString(), says: ["a Buffer", "'bytes'"] },
  {
    capture: "a typed array",
    callback: async () => typed[0],
    says: ["an Uint8Array instance", "'typed'"],
  },
  {
    capture: "an ArrayBuffer",
    callback: async () => shared.byteLength,
    says: ["an ArrayBuffer instance", "'shared'"],
  },
  {
    capture: "a WeakMap",
    callback: async () => weak.has({}),
    says: ["a WeakMap instance", "'weak'"],
  },
  {
    capture: "a WeakSet",
    callback: async () => weakSet.has({}),
    says: ["a WeakSet instance", "'weakSet'"],
  },
  {
    capture: "a WeakRef",
    callback: async () => reference.deref(),
    says: ["a WeakRef instance", "'reference'"],
  },
  {
    capture: "a TextEncoder",
    callback: async () => encoder.encode("a"),
    says: ["a TextEncoder instance", "'encoder'"],
  },
  { capture: "a URL", callback: async () => address.href, says: ["URL instance", "'address'"] },
  {
    capture: "an Intl formatter",
    callback: async () => format.format(1),
    says: ["a NumberFormat instance", "'format'"],
  },
  {
    capture: "an AbortController",
    callback: async () => abort.abort(),
    says: ["an AbortController instance", "'abort'"],
  },
  {
    capture: "an instance of a class",
    callback: async () => settings.counter.count,
    says: ["a Counter instance", "'settings > counter'"],
  },
  {
    capture: "an instance with #private",
    callback: async () => hidden.seen(),
    says: ["a Hidden instance", "'hidden'"],
  },
  {
    capture: "an instance of a subclass of Array",
    callback: async () => names.length,
    says: ["a Names instance", "'names'"],
  },
  {
    capture: "an Error value",
    callback: async () => {
      throw failure;
    },
    says: ["an Error instance", "'failure'"],
  },
  {
    capture: "a bound function",
    callback: async () => bound(),
    says: ["a bound function (readCache)", "'bound'", "`this`"],
  },
  { capture: "a Symbol", callback: async () => mark, says: ["a Symbol (Symbol(mark))", "'mark'"] },
  {
    capture: "a Symbol as a key",
    callback: async () => ({ ...marked }),
    says: ["a Symbol (Symbol(mark))", "'marked"],
  },
  {
    capture: "private members that were compiled for an old target",
    callback: async () => privates.has({}),
    says: ["a WeakMap instance", "'privates'", `"target": "ES2022"`],
  },
  {
    capture: "a whole resource",
    callback: async () => [queue].map((one) => one.url.get()),
    says: ["a whole resource", "pass the Outputs that it needs, such as `queue.url`"],
  },
  {
    capture: "a static method with private names without its class",
    callback: async () => next(),
    says: ["a function that cannot be read (next): call a method with #private names through"],
  },
  { capture: "a Proxy", callback: async () => proxy.a, says: ["a Proxy", "'proxy'"] },
  { capture: "a Promise", callback: async () => promise, says: ["a Promise", "'promise'"] },
  {
    capture: "a running generator",
    callback: async () => generator.next(),
    says: ["a running generator", "'generator'"],
  },
  {
    capture: "an EventEmitter",
    callback: async () => emitter.emit("x"),
    says: ["an EventEmitter instance", "'emitter"],
  },
  {
    capture: "an SDK client",
    callback: async () => client.destroy(),
    says: ["an AWS SDK client (ECSClient)", "'client'", "callbackFactory"],
  },
  {
    capture: "process.env",
    callback: async () => environment.HOME,
    says: ["process.env", "'environment'", "`environment`"],
  },
  {
    capture: "a copy of process.env",
    callback: async () => copyOfEnvironment,
    says: ["process.env", "'copyOfEnvironment'"],
  },
  {
    capture: "the folder of a source file",
    callback: async () => folder,
    says: ["a path of the computer", "'folder'"],
  },
  {
    capture: "a path below the program",
    callback: async () => fileName,
    says: ["a path of the computer", "'fileName'"],
  },
  {
    capture: "the home folder",
    callback: async () => home,
    says: ["a path of the computer", "'home'"],
  },
  {
    capture: "a file URL of this machine",
    callback: async () => link,
    says: ["a path of the computer", "'link'"],
  },
  { capture: "__dirname", callback: async () => __dirname, says: ["uses __dirname"] },
  {
    capture: "__filename in a nested function",
    callback: async () => [1].map(() => __filename),
    says: ["uses __filename"],
  },
  {
    capture: "a secret Output",
    callback: async () => secret.get(),
    says: ["a secret", "'secret'", "SSM"],
  },
  {
    capture: "a secret Output inside an object",
    callback: async () => secretInside.database.password.get(),
    says: ["a secret", "'secretInside > database > password'"],
  },
  {
    capture: "Pulumi itself",
    callback: async () => pulumi.getStack(),
    says: ["the deployment library @pulumi/pulumi", "'pulumi'"],
  },
  {
    capture: "the AWS provider",
    callback: async () => aws.types,
    says: ["the deployment library @pulumi/aws", "'aws'"],
  },
  {
    capture: "a Pulumi Config",
    callback: async () => config.get("x"),
    says: ["a Config instance", "'config'"],
  },
  {
    capture: "the module object",
    callback: async () => Object.keys(nodeModule),
    says: ["a path of the computer", "'nodeModule > "],
  },
  {
    capture: "`this` of a method",
    callback: handlerOf.call({ name: "a" }),
    says: ["'this' from outside"],
  },
  {
    capture: "an assignment",
    callback: async () => {
      last = "x";
    },
    says: ["assigns to the captured variable 'last'", "callbackFactory"],
  },
  {
    capture: "a compound assignment in a helper",
    callback: async () => countCall(),
    says: ["'calls' in 'countCall'"],
  },
  { capture: "an increment", callback: async () => total++, says: ["'total'"] },
  {
    capture: "a destructuring assignment",
    callback: async () => {
      ({ a: item } = { a: 1 });
    },
    says: ["'item'"],
  },
  {
    capture: "an array destructuring assignment",
    callback: async () => {
      [item] = [1];
    },
    says: ["'item'"],
  },
  {
    capture: "a for-of target",
    callback: async () => {
      for (item of [1, 2]);
    },
    says: ["'item'"],
  },
  {
    capture: "a for-in target",
    callback: async () => {
      for (last in { a: 1 });
    },
    says: ["'last'"],
  },
  {
    capture: "a lazily filled variable",
    callback: async () => remember().size,
    says: ["'memo' in 'remember'"],
  },
  {
    capture: "an assignment in a nested function",
    callback: async () => {
      [1, 2].forEach((n) => {
        total += n;
      });
    },
    says: ["'total'"],
  },
  {
    capture: "a Map in an imported module",
    callback: async () => local.lookup("a"),
    says: ["a Map instance", "helpers.ts > lookup > cache'"],
  },
  {
    capture: "an assignment in an imported module",
    callback: async () => local.count(),
    says: ["'counter' in", "helpers.ts > count'"],
  },
  {
    capture: "two modules under one name",
    callback: async () =>
      [first.read, second.wait].length && [await first.read("/dev/null"), await second.wait(1)],
    says: ["two modules under the one name 'promises_1'", "fs/promises", "timers/promises"],
  },
];

describe("refused captures of a callback", () => {
  before(() => mockPulumi());

  for (const { capture, callback, says, isFactory } of refused) {
    it(`refuses ${capture}, by name`, async () => {
      const error: unknown = await packCallback(callback, { isFactory }).catch((e: unknown) => e);
      if (!pulumi.ResourceError.isInstance(error)) throw new Error("was not refused");
      expect(error.hideStack).to.equal(true);
      expect(error.message)
        .to.match(/^callback /)
        .and.not.contain("\n");
      for (const part of says) expect(error.message).to.contain(part);
    });
  }
});
