import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  CallbackFunction,
  type CallbackFunctionArgs,
} from "../../../components/function/callbackFunction";
import { functionEnvironment } from "../../../components/function/environment";
import { mockPulumi, type PulumiMocks, unwrap } from "../../support/graph/pulumiMocks";

const callback = async (): Promise<void> => undefined;
const vpc = { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] };
const longName = "n".repeat(52);

/** Wrong arguments that a program without types could pass. */
const refused: { args: object; name?: string; says: string[] }[] = [
  { args: { callback: undefined }, says: ["callback, callbackFactory", "neither", "exactly one"] },
  { args: { callbackFactory: () => callback }, says: ["callback, callbackFactory", "both"] },
  { args: { callback: "index.handler" }, says: ["callback:", "given string", "give a function"] },
  {
    args: { callback: (_e: unknown, _c: unknown, done: () => void) => done() },
    says: ["third parameter", "nodejs24.x", "return a promise"],
  },
  { args: { permissions: undefined }, says: ["permissions: not given", "[]"] },
  { args: { timeOut: 5 }, says: ["timeOut", "allowed names are", "timeout"] },
  { args: { timeout: 0 }, says: ["timeout: given 0", "whole seconds from 1 to 900"] },
  { args: { timeout: 901 }, says: ["timeout: given 901"] },
  { args: { timeout: 1.5 }, says: ["timeout: given 1.5"] },
  { args: { timeout: "30" }, says: ['timeout: given "30"'] },
  { args: { memorySize: 127 }, says: ["memorySize: given 127", "from 128 to 10240"] },
  { args: { memorySize: 10_241 }, says: ["memorySize: given 10241"] },
  { args: { ephemeralStorage: 511 }, says: ["ephemeralStorage: given 511", "from 512"] },
  { args: { reservedConcurrency: -1 }, says: ["reservedConcurrency: given -1"] },
  { args: { runtime: "nodejs18.x" }, says: ['"nodejs18.x"', "nodejs22.x, nodejs24.x"] },
  { args: { logRetentionInDays: 31 }, says: ["logRetentionInDays: given 31", "30, 60"] },
  { args: { logRetentionInDays: 0 }, says: ["logRetentionInDays: given 0"] },
  { args: { logLevel: "info" }, says: ['logLevel: given "info"', "INFO"] },
  { args: { tracing: "Active" }, says: ['tracing: given "Active"', "true, false"] },
  { args: { publish: 1 }, says: ["publish: given 1"] },
  { args: { description: "d".repeat(257) }, says: ["description", "256 characters"] },
  { args: { alarms: ["error"] }, says: ['alarms[0]: given "error"', "errors, throttles"] },
  {
    args: { alarms: ["failures"], asynchronous: false },
    says: ['alarms: given "failures"', "asynchronous: false"],
  },
  {
    args: { asynchronous: { maximumRetryAttempts: 3 } },
    says: ["asynchronous.maximumRetryAttempts: given 3", "from 0 to 2"],
  },
  {
    args: { asynchronous: { maximumEventAgeInSeconds: 59 } },
    says: ["asynchronous.maximumEventAgeInSeconds: given 59", "from 60 to 21600"],
  },
  {
    args: { asynchronous: { retries: 1 } },
    says: ["asynchronous.retries", "maximumRetryAttempts"],
  },
  { args: { vpc: { ...vpc, subnetIds: [] } }, says: ["vpc.subnetIds: given []", "at least one"] },
  { args: { vpc: { subnetIds: ["s"] } }, says: ["vpc.securityGroupIds"] },
  { args: { vpc: { ...vpc, vpcId: "vpc-1" } }, says: ["vpc.vpcId", "allowed names"] },
  { args: { environment: { AWS_REGION: "x" } }, says: ["environment.AWS_REGION", "Lambda sets"] },
  { args: { environment: { "A-B": "x" } }, says: ["environment.A-B", "letters, digits and _"] },
  { args: { environment: { A: "x" } }, says: ["environment.A:", "two or more"] },
  { args: { environment: { COUNT: 5 } }, says: ["environment.COUNT: given 5", "String(value)"] },
  {
    args: { environment: { KEY_ID: "AKIAIOSFODNN7EXAMPLE" } },
    says: ["environment.KEY_ID: given a credential", "permission"],
  },
  {
    args: { environment: { KEY_PEM: "-----BEGIN RSA PRIVATE KEY-----\nMII" } },
    says: ["environment.KEY_PEM: given a credential"],
  },
  {
    args: { permissions: [{ actions: ["s3:*"], resources: ["arn:aws:s3:::b/k"] }] },
    says: ["permissions[0]", "'s3:*'"],
  },
  { args: {}, name: "1st", says: ['name: given "1st"', "the first a letter"] },
  { args: {}, name: "a.b", says: ['name: given "a.b"'] },
  { args: {}, name: longName, says: ["name", "at most 51"] },
];

describe("CallbackFunction arguments", () => {
  let mocks: PulumiMocks;
  beforeEach(() => {
    mocks = mockPulumi();
  });

  const build = (args: object, name = "hello"): CallbackFunction =>
    new CallbackFunction(name, {
      callback,
      permissions: [],
      alarmActions: [],
      ...args,
    } as CallbackFunctionArgs);

  for (const { args, name, says } of refused) {
    it(`refuses ${name ?? JSON.stringify(args) ?? "it"} at once: ${says[0]}`, () => {
      let thrown: unknown;
      try {
        build(args, name);
      } catch (error) {
        thrown = error;
      }
      if (!pulumi.ResourceError.isInstance(thrown)) throw new Error("was not refused");
      expect(thrown.hideStack).to.equal(true);
      expect(thrown.resource).to.be.instanceOf(CallbackFunction);
      for (const part of says) expect(thrown.message).to.contain(part);
    });
  }

  it("creates nothing below a component that it refuses", async () => {
    expect(() => build({ timeout: 0 })).to.throw("timeout");
    await new Promise((resolve) => setImmediate(resolve));
    expect(mocks.resources.filter(({ type }) => type.startsWith("aws:"))).to.deep.equal([]);
  });

  it("refuses a failure queue when nothing can fail into it", () => {
    const failureQueue = new aws.sqs.Queue("mine");
    expect(() => build({ failureQueue, asynchronous: false })).to.throw("failureQueue");
  });

  it("accepts the longest name", () => {
    expect(() => build({}, "n".repeat(51))).not.to.throw();
  });

  describe("environment", () => {
    const variablesOf = (
      environment: Record<string, pulumi.Input<string>>,
    ): Promise<Record<string, string>> => {
      const owner = new pulumi.ComponentResource("test:index:Owner", "owner");
      const result = functionEnvironment(owner, environment);
      if (!result) throw new Error("no environment");
      return unwrap(pulumi.all(result.variables));
    };

    const refusalOf = async (
      environment: Record<string, pulumi.Input<string>>,
    ): Promise<string> => {
      const error: unknown = await variablesOf(environment).catch((e: unknown) => e);
      if (!pulumi.ResourceError.isInstance(error)) throw new Error("was not refused");
      return error.message;
    };

    it("accepts plain values and Outputs", async () => {
      const variables = await variablesOf({ TABLE: pulumi.output("t"), LEVEL: "1" });
      expect(variables).to.deep.equal({ TABLE: "t", LEVEL: "1" });
    });

    it("refuses a secret and says where it belongs", async () => {
      const message = await refusalOf({ PASSWORD: pulumi.secret("hunter2") });
      expect(message).to.contain("environment.PASSWORD: given a secret").and.contain("SSM");
      expect(message).not.to.contain("hunter2");
    });

    it("refuses a credential that only an Output reveals, without printing it", async () => {
      const message = await refusalOf({ KEY_ID: pulumi.output("AKIAIOSFODNN7EXAMPLE") });
      expect(message).to.contain("a credential").and.not.contain("AKIA");
    });

    it("refuses more than 4 KB", async () => {
      const most = "x".repeat(4096 - '{"NAME":""}'.length);
      expect(await variablesOf({ NAME: most })).to.deep.equal({ NAME: most });
      expect(await refusalOf({ NAME: `${most}x` })).to.contain("given 4097 bytes");
    });
  });

  describe("alarmActions", () => {
    const warnings = async (args: object): Promise<string[]> => {
      const { warn } = pulumi.log;
      const messages: string[] = [];
      const log = pulumi.log as { warn: typeof warn };
      log.warn = async (message) => void messages.push(message);
      try {
        await unwrap(build(args).urn);
      } finally {
        log.warn = warn;
      }
      return messages;
    };

    it("warns when alarms would notify nobody", async () => {
      const [message] = await warnings({ alarmActions: undefined });
      expect(message).to.contain("The alarms of 'hello' notify nobody").and.contain("alarmActions");
    });

    it("does not warn when that is configured explicitly, or without alarms", async () => {
      expect(await warnings({ alarmActions: [] })).to.deep.equal([]);
      expect(await warnings({ alarmActions: undefined, alarms: [] })).to.deep.equal([]);
    });
  });
});
