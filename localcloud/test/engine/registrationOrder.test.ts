import { expect } from "chai";
import { createRequire } from "node:module";
import { packageFile } from "../../core/packageRoot";
import { EngineSession } from "../support/engineSession";

interface Named {
  readonly type: string;
  readonly name: string;
}

type Answer = (error: Error | null, response?: object) => void;

interface Order {
  begin(first: readonly Named[]): void;
  endRun(): void;
}

// Plain JavaScript: the program's process loads it.
const file = packageFile("engine/process/registrationOrder.cjs");
const { orderRegistrations } = createRequire(file)(file) as {
  orderRegistrations(sdk: (module: string) => object): Order;
};

/** The parts of Pulumi's SDK that it changes, with an engine that answers on request. */
class Sdk {
  readonly described: string[] = [];
  private readonly sent = new Map<string, Answer>();
  readonly rpc = {
    serializeResourceProperties: (label: string) => {
      this.described.push(label);
      return Promise.resolve([{}, new Map()]);
    },
  };
  readonly client = {
    registerResource: (request: { getName(): string }, answer: Answer) => {
      this.sent.set(request.getName(), answer);
    },
    readResource: () => undefined,
  };
  readonly order = orderRegistrations((module) =>
    module.endsWith("rpc") ? this.rpc : { ResourceMonitorClient: { prototype: this.client } },
  );

  /** Describes a resource and sends it, like the SDK. */
  async register(name: string, mark = ""): Promise<void> {
    const type = "aws:sqs/queue:Queue";
    await this.rpc.serializeResourceProperties(`resource:${name}[${type}]${mark}`);
    const request = { getType: () => type, getName: () => name };
    await new Promise<void>((resolve) => this.client.registerResource(request, () => resolve()));
  }

  answer(name: string, error: Error | null = null): void {
    this.sent.get(name)?.(error, {});
  }
}

const queue = (name: string): Named => ({ type: "aws:sqs/queue:Queue", name });
const labels = (...names: string[]): string[] =>
  names.map((name) => `resource:${name}[aws:sqs/queue:Queue]`);

describe("The order in which a program describes its resources", () => {
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it("begins with those that the engine answers first; all others follow their answers", async () => {
    const sdk = new Sdk();
    sdk.order.begin([queue("one"), queue("two")]);
    const all = ["other", "one", "two"].map((name) => sdk.register(name));
    await turn();
    expect(sdk.described).to.deep.equal(labels("one", "two"));
    sdk.answer("one");
    await turn();
    expect(sdk.described).to.deep.equal(labels("one", "two"));
    sdk.answer("two");
    await turn();
    expect(sdk.described).to.deep.equal(labels("one", "two", "other"));
    sdk.answer("other");
    await Promise.all(all);
  });

  it("is the program's own without such resources", async () => {
    const sdk = new Sdk();
    sdk.order.begin([]);
    void sdk.register("one");
    expect(sdk.described).to.deep.equal(labels("one"));
  });

  it("counts a resource that is only read as the one of its type and name", async () => {
    const sdk = new Sdk();
    sdk.order.begin([queue("read")]);
    void sdk.register("read", "#...");
    expect(sdk.described).to.deep.equal(["resource:read[aws:sqs/queue:Queue]#..."]);
    sdk.order.endRun();
  });

  it("does not block a program whose first resource needs one of the others", async () => {
    const sdk = new Sdk();
    sdk.order.begin([queue("first")]);
    const needed = sdk.register("needed");
    const first = needed.then(() => sdk.register("first"));
    // Answers as soon as it is sent, which only the end of the standstill makes possible.
    while (!sdk.described.includes(labels("needed")[0]))
      await new Promise((again) => setTimeout(again, 10));
    await turn();
    sdk.answer("needed");
    await needed;
    await turn();
    sdk.answer("first");
    await first;
  });

  it("releases all others when the engine refuses one, so that they are refused as well", async () => {
    const sdk = new Sdk();
    sdk.order.begin([queue("first"), queue("second")]);
    void sdk.register("first");
    void sdk.register("other");
    await turn();
    sdk.answer("first", new Error("the deployment has failed"));
    await turn();
    expect(sdk.described).to.deep.equal(labels("first", "other"));
  });

  it("forgets what waits when its run ends", async () => {
    const sdk = new Sdk();
    sdk.order.begin([queue("first")]);
    void sdk.register("left");
    sdk.order.endRun();
    sdk.order.begin([]);
    void sdk.register("next");
    await turn();
    expect(sdk.described).to.deep.equal(labels("next"));
  });
});

describe("A program that runs again", function () {
  this.timeout(60_000);
  let engine: EngineSession;
  before(async () => (engine = await EngineSession.start("described")));
  after(() => engine.close());

  /** Runs the program with one changed queue, and returns the order in which it describes its queues. */
  async function described(change: string): Promise<string[]> {
    await engine.run({ CHANGE: change });
    const lines = engine.output.filter((line) => line.startsWith("describes "));
    return [...new Set(lines.map((line) => line.replace("describes ", "")))];
  }

  it("describes the resource that its last update changed before all others", async () => {
    expect(await described("")).to.deep.equal(["one", "two", "three"]);
    expect(await described("three:a")).to.deep.equal(["one", "two", "three"]);
    expect(await described("three:b")).to.deep.equal(["three", "one", "two"]);
    expect(engine.steps).to.deep.equal(["update three", "same one", "same two"]);
  });
});
