import { expect } from "chai";
import * as fc from "fast-check";
import { exampleOf, exampleText } from "../../engine/deployed/example";
import { readable } from "../../cli/output/followLogs";
import { LiveOutput } from "../../cli/output/liveOutput";
import { Progress, type ProgressOptions, shortType } from "../../cli/output/progress";
import { styleFor } from "../../cli/output/style";
import type { Operation, Severity } from "../../engine/deployment/events";
import { createDeploymentEvents } from "../../engine/run";
import { compileModels } from "../../services/api-gateway/model/models";

/** A stream that stores its output. */
class Sink {
  text = "";
  constructor(
    readonly isTTY = false,
    readonly columns = 80,
  ) {}
  write(text: string): boolean {
    this.text += text;
    return true;
  }
  /**
   * Returns the lines that a terminal would show: a carriage return with the erase sequence empties the last line.
   */
  get screen(): string[] {
    const lines = [""];
    for (const part of this.text.split(/(\n|\r\u001b\[K)/))
      if (part === "\n") lines.push("");
      else if (part.startsWith("\r")) lines[lines.length - 1] = "";
      else lines[lines.length - 1] += part;
    return lines;
  }
}

const stream = (sink: Sink): NodeJS.WriteStream => sink as unknown as NodeJS.WriteStream;
const STACK = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev";
const PART = "urn:pulumi:dev::p::my:index:Part::part";
const INNER = "urn:pulumi:dev::p::my:index:Part$my:index:Inner::inner";
const URN = "urn:pulumi:dev::p::my:index:Part$aws:sqs/queue:Queue::jobs";

describe("Colours", () => {
  const names = ["NO_COLOR", "TERM"] as const;
  const before = names.map((name) => process.env[name]);
  afterEach(() =>
    names.forEach((name, index) => {
      if (before[index] === undefined) delete process.env[name];
      else process.env[name] = before[index];
    }),
  );
  const red = (isTTY: boolean, env: Record<string, string>): string => {
    delete process.env.NO_COLOR;
    Object.assign(process.env, { TERM: "xterm" }, env);
    return styleFor(stream(new Sink(isTTY))).red("text");
  };

  it("are used on terminals, unless NO_COLOR is set or the terminal is dumb", () => {
    expect(red(true, {})).to.equal("\u001b[31mtext\u001b[39m");
    expect(red(true, { NO_COLOR: "" })).to.equal("\u001b[31mtext\u001b[39m");
    expect(red(true, { NO_COLOR: "1" })).to.equal("text");
    expect(red(true, { TERM: "dumb" })).to.equal("text");
    expect(red(false, {})).to.equal("text");
  });
});

describe("The status line", () => {
  it("stays below all other output, and leaves nothing behind", () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.record({ line: fc.stringMatching(/^[a-z ]{0,20}$/) }),
            fc.record({ status: fc.stringMatching(/^[a-z ]{0,20}$/) }),
          ),
        ),
        (actions) => {
          const sink = new Sink(true);
          const out = new LiveOutput(stream(sink));
          const lines: string[] = [];
          let status = "";
          for (const action of actions) {
            if ("line" in action) {
              out.write(`${action.line}\n`);
              lines.push(action.line);
            } else out.show((status = action.status));
            expect(sink.screen).to.deep.equal([...lines, status]);
          }
          out.show("");
          expect(sink.screen).to.deep.equal([...lines, ""]);
        },
      ),
    ));

  it("never wraps, but is cut at the terminal's width", () => {
    const sink = new Sink(true, 10);
    new LiveOutput(stream(sink)).show("0123456789abc");
    expect(sink.screen).to.deep.equal(["012345678"]);
  });

  it("is a separate line without a terminal, after a noticeable pause", () => {
    const sink = new Sink(false);
    const { now } = performance;
    let passed = 0;
    performance.now = () => now.call(performance) + passed;
    try {
      const out = new LiveOutput(stream(sink));
      out.show("early");
      out.write("line\n");
      passed += 1_600;
      out.show("1 done");
      out.show("2 done");
      passed += 1_600;
      out.show("");
      out.show("3 done");
    } finally {
      performance.now = now;
    }
    expect(sink.text).to.equal("line\n1 done\n3 done\n");
  });
});

describe("Progress", () => {
  function progress(sink = new Sink(), options: ProgressOptions = {}) {
    const events = createDeploymentEvents();
    const out = new LiveOutput(stream(sink));
    const printed = new Progress(events, out, styleFor(stream(sink)), options);
    const step = (
      operation: Operation,
      done: boolean,
      changes: string[] = [],
      parent = STACK,
    ): boolean =>
      events.emit("step", {
        operation,
        urn: URN,
        type: "aws:sqs/queue:Queue",
        parent,
        changes,
        done,
      });
    const say = (severity: Severity, message: string, urn = "", ephemeral = false): boolean =>
      events.emit("diagnostic", { severity, message, urn, ephemeral });
    return { sink, printed, step, say };
  }

  it("knows which errors it has printed, so that the last line does not repeat them", () => {
    const { printed, say } = progress();
    say("error", "there is no key\n", URN);
    say("warning", "there is no alarm", URN);
    printed.end();
    expect(printed.hasSaid("there is no key")).to.equal(true);
    expect(printed.hasSaid("there is no alarm")).to.equal(false);
  });

  it("prints what changed and counts everything", () => {
    const { sink, printed, step } = progress();
    for (const [operation, changes] of [
      ["create", []],
      ["update", ["delaySeconds", "tags"]],
      ["same", []],
      ["same", []],
      ["deleteReplaced", []],
    ] as const) {
      step(operation, false, [...changes]);
      step(operation, true, [...changes]);
    }
    printed.end();
    expect(sink.text.split("\n")).to.deep.equal([
      "  + aws:sqs:Queue                      jobs created",
      "  ~ aws:sqs:Queue                      jobs updated [delaySeconds, tags]",
      "  - aws:sqs:Queue                      jobs deleted the replaced one",
      "",
    ]);
    expect(printed.summary()).to.match(
      /^1 created, 1 updated, 1 deleted the replaced one, 2 unchanged in \d+\.\d s$/,
    );
    step("create", true);
    expect(printed.summary(), "after its end").to.match(/^1 created,/);
  });

  const parentOf = (urn: string): string => (urn === INNER ? PART : STACK);

  it("prints one line for a new component, however deep its resources are", () => {
    const { sink, printed, step } = progress(new Sink(), { parentOf });
    step("create", true, [], PART);
    step("create", true, [], INNER);
    step("create", true);
    printed.end();
    expect(sink.text.split("\n")).to.deep.equal([
      "  + aws:sqs:Queue                      jobs created",
      "  + my:index:Part                      part 2 created",
      "",
    ]);
  });

  it("prints the changes inside a component below it", () => {
    const { sink, printed, step } = progress(new Sink(), { parentOf });
    step("same", true, [], PART);
    step("update", true, ["tags"], INNER);
    printed.end();
    printed.end();
    expect(sink.text.split("\n")).to.deep.equal([
      "  ~ my:index:Part                      part 1 updated",
      "      ~ aws:sqs:Queue                      jobs updated [tags]",
      "",
    ]);
  });

  it("prints nothing for an unchanged component, and only failures with --quiet", () => {
    const same = progress(new Sink(), { parentOf });
    same.step("same", true, [], PART);
    same.printed.end();
    expect(same.sink.text).to.equal("");
    const quiet = progress(new Sink(), { parentOf, quiet: true });
    quiet.step("create", true, [], PART);
    quiet.step("create", true);
    quiet.say("error", "bad");
    quiet.printed.end();
    expect(quiet.sink.text).to.equal("  error: bad\n");
    expect(quiet.printed.summary()).to.match(/^2 created in/);
  });

  it("reports when nothing has changed", () => {
    expect(progress().printed.summary()).to.match(/^nothing changed in 0\.\d s$/);
  });

  it("prints messages with their resource, without machine-readable parts", () => {
    const { sink, printed, say } = progress();
    say("warning", "old\n", URN);
    say("error", "bad");
    say("info", "  ");
    say("debug", "noise");
    say("info", "50 %", "", true);
    printed.programLine("hello");
    printed.end();
    expect(sink.text).to.equal("  warning: aws:sqs:Queue jobs: old\n  error: bad\n  hello\n");
  });

  it("shows its progress on a terminal, and removes it at the end", async () => {
    const { sink, printed, step } = progress(new Sink(true));
    step("same", false);
    step("same", true);
    step("create", false);
    for (let turn = 0; turn < 200 && sink.text === ""; turn++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(sink.screen).to.have.length(1);
    expect(sink.screen[0]).to.match(/^ {2}1 done, 1 under way, [01] s$/);
    printed.end();
    expect(sink.screen).to.deep.equal([""]);
  });

  it("shortens the types of resources, but not those of components", () => {
    expect(shortType("aws:iam/rolePolicy:RolePolicy")).to.equal("aws:iam:RolePolicy");
    expect(shortType("my:index:Part")).to.equal("my:index:Part");
  });
});

describe("A log line", () => {
  const lines: [message: string, read: string | undefined][] = [
    ["plain text\n", "plain text\n"],
    ["{no json", "{no json"],
    ['{"level":"INFO","message":"hi"}', "INFO hi"],
    ['{"level":"WARN","message":{"a":1}}', 'WARN {"a":1}'],
    [
      '{"level":"INFO","message":"moved {\\n  a: 1,\\n  b: { c: 2 }\\n}"}',
      "INFO moved { a: 1, b: { c: 2 } }",
    ],
    ['{"level":"ERROR","message":"E: no\\n    at f (x.js:1)"}', "ERROR E: no\n    at f (x.js:1)"],
    ['{"other":1}', '{"other":1}'],
    ['{"type":"platform.start","record":{}}', undefined],
    ['{"type":"platform.initStart","record":{}}', undefined],
    ['{"type":"platform.runtimeDone","record":{}}', undefined],
    [
      '{"type":"platform.report","record":{"status":"success","metrics":{"durationMs":1.26,"initDurationMs":80.4,"maxMemoryUsedMB":50}}}',
      "success in 1.3 ms, cold start 80 ms, 50 MB",
    ],
    ['{"type":"platform.report"}', "done in ? ms, ? MB"],
    ['{"method":"GET","resourcePath":"/a","status":200,"latency":3}', "GET /a 200 in 3 ms"],
  ];
  for (const [message, read] of lines)
    it(`reads ${message.trim().slice(0, 60)}`, () => {
      expect(readable(message)).to.equal(read);
    });
});

describe("An example", () => {
  const schema = fc.letrec<{ schema: object }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(
        { type: "string" },
        { type: "integer", minimum: 3 },
        { type: "number" },
        { type: "boolean" },
        { enum: ["a", "b"] },
        { type: ["string", "null"] },
        { type: "integer", default: 7 },
        { type: "integer", maximum: -4 },
        { type: "string", minLength: 30 },
        { type: "string", maxLength: 2 },
        { type: "null" },
        { anyOf: [{ type: "boolean" }, { type: "string" }] },
        { allOf: [{ type: "string" }, { minLength: 12 }] },
      ),
      fc.record({
        type: fc.constant("array"),
        items: tie("schema"),
        minItems: fc.integer({ min: 0, max: 3 }),
      }),
      fc
        .dictionary(fc.stringMatching(/^[a-z]{1,6}(Id|Name)?$/), tie("schema"), { maxKeys: 4 })
        .chain((properties) =>
          fc.subarray(Object.keys(properties)).map((required) => ({
            type: "object",
            properties,
            // JSON Schema draft 4 requires at least one.
            ...(required.length > 0 && { required }),
          })),
        ),
    ),
  })).schema;

  it("satisfies the model that it was generated from", () => {
    fc.assert(
      fc.property(schema, (model) => {
        const text = JSON.stringify(model);
        const contentType = "application/json";
        const models = compileModels("api", { M: { name: "M", contentType, schema: text } });
        expect(models.errors("M", exampleOf(model)), text).to.deep.equal([]);
      }),
    );
  });

  it("is the same for the same parameter everywhere", () => {
    expect(exampleText("pageId")).to.equal("page-1");
    expect(exampleText("userName")).to.equal("Ada");
    expect(exampleText("message")).to.equal("a-message");
  });
});
