import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { CallbackFunction, FunctionAlarms, type FunctionAlarmsArgs } from "../../../../components";
import { componentGraph } from "../../../support/graph/componentGraph";
import { mockPulumi } from "../../../support/graph/pulumiMocks";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const quiet = { alarmActions: [] };

function plainFunction(name: string, timeout?: number): aws.lambda.Function {
  return new aws.lambda.Function(name, { role: "arn:aws:iam::1:role/r", timeout });
}

async function alarmsOf(build: () => unknown): Promise<Map<string, Record<string, unknown>>> {
  const graph = await componentGraph(build);
  const own = graph.filter(
    ({ type, parent }) => type === ALARM && String(parent).includes("FunctionAlarms"),
  );
  return new Map(own.map(({ name, props }) => [name, props]));
}

describe("FunctionAlarms", () => {
  it("watches errors, throttles, slowness and lost events of each given function", async () => {
    const alarms = await alarmsOf(() => {
      const hello = plainFunction("hello");
      const callback = async (): Promise<void> => undefined;
      const bye = new CallbackFunction("bye", { ...quiet, callback, permissions: [] });
      new FunctionAlarms("alarms", { ...quiet, functions: { hello, bye } });
    });
    const kinds = ["errors", "throttles", "slow", "undelivered"];
    const expected = ["hello", "bye"].flatMap((one) =>
      kinds.map((kind) => `alarms-${one}-${kind}`),
    );
    expect([...alarms.keys()]).to.have.members(expected);
    expect(alarms.get("alarms-hello-errors")).to.deep.include({
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: "hello-0000001" },
    });
  });

  it("watches every function that the program creates after it, also in components", async () => {
    const program = async (): Promise<void> => {
      plainFunction("before");
      new FunctionAlarms("alarms", { ...quiet, functions: "program", alarms: ["errors"] });
      plainFunction("plain");
      const callback = async (): Promise<void> => undefined;
      new CallbackFunction("inline", { ...quiet, callback, permissions: [] });
    };
    // Mocks have no stack resource, which transformations need.
    const alarms = await alarmsOf(() => {
      void pulumi.runtime.runInPulumiStack(program);
    });
    expect([...alarms.keys()]).to.have.members(["alarms-plain-errors", "alarms-inline-errors"]);
    expect(alarms.get("alarms-plain-errors")?.dimensions).to.deep.equal({
      FunctionName: "plain-0000001",
    });
  });

  it("defines slow as four fifths of the function's own timeout, or of Lambda's default of 3 s", async () => {
    const alarms = await alarmsOf(() => {
      const functions = { quick: plainFunction("quick"), long: plainFunction("long", 100) };
      new FunctionAlarms("alarms", { ...quiet, functions, alarms: ["slow"] });
    });
    expect(alarms.get("alarms-quick-slow")?.threshold).to.be.closeTo(2_400, 1e-6);
    expect(alarms.get("alarms-long-slow")?.threshold).to.equal(80_000);
  });

  it("adds the runbook after the problem", async () => {
    const alarms = await alarmsOf(() => {
      const functions = { hello: plainFunction("hello") };
      new FunctionAlarms("alarms", {
        ...quiet,
        functions,
        alarms: ["errors"],
        runbook: (alarm, name) => `See runbooks/${name}#${alarm}.`,
      });
    });
    const { alarmDescription } = alarms.get("alarms-hello-errors") ?? {};
    expect(alarmDescription).to.match(/^Calls failed: .* See runbooks\/hello#errors\.$/);
  });

  const refused: [args: object, says: string][] = [
    [
      { functions: {} },
      'functions: given {}; give functions by name, such as { greeting }, or "program"',
    ],
    [{ functions: { hello: "hello" } }, 'functions.hello: given "string"'],
    [{}, "functions: given undefined"],
    [
      { functions: "program", alarms: ["failures"] },
      "allowed are errors, throttles, slow, undelivered",
    ],
    [{ functions: "program", runbook: "text" }, "runbook: given string; give a function"],
    [{ functions: "program", topics: [] }, "allowed names are functions, alarms, alarmActions"],
  ];
  for (const [args, says] of refused)
    it(`refuses ${JSON.stringify(args)}: ${says}`, () => {
      mockPulumi();
      const build = (): unknown => new FunctionAlarms("alarms", args as FunctionAlarmsArgs);
      expect(build).to.throw(pulumi.ResourceError as never, says);
    });
});
