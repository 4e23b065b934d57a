import {
  CreateKeyCommand,
  EncryptCommand,
  GenerateMacCommand,
  KMSClient,
  SignCommand,
} from "@aws-sdk/client-kms";
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import * as fc from "fast-check";
import { type Cloud, startCloud } from "../../cloud/cloud";
import { Recorder, type RecordedCall } from "../../core/recorder";
import { redact } from "../../cloud/redact";
import { roleSession } from "../support/roleSession";

function callOf(roleName: string, action: string, given: Partial<RecordedCall> = {}) {
  return {
    time: 0,
    requestId: "r",
    service: "ssm",
    operation: "GetParameter",
    region: "us-east-1",
    principal: {
      type: "role",
      accountId: "123456789012",
      arn: `arn:aws:sts::123456789012:assumed-role/${roleName}/s`,
      roleName,
      roleArn: `arn:aws:iam::123456789012:role/${roleName}`,
      roleId: "AROA",
      sessionName: "s",
    },
    checks: [{ action, resource: "*" }],
    checksPassed: 1,
    input: {},
    outcome: "ok",
    ...given,
  } as const;
}

describe("The recorder", () => {
  it("drops the oldest calls beyond its capacity, but never a used permission", () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("ssm:GetParameter", "kms:Sign", "sqs:SendMessage"), {
          maxLength: 60,
        }),
        (actions) => {
          const recorder = new Recorder(10);
          for (const action of actions) recorder.record(callOf("role", action));
          const kept = recorder.find();
          expect(kept.length).to.be.within(Math.min(10, actions.length), 11);
          expect(kept.map(({ sequence }) => sequence)).to.deep.equal(
            actions.map((_action, index) => index + 1).slice(-kept.length || actions.length),
          );
          const used = recorder.usage().map(({ action, allowed }) => [action, allowed]);
          const counts = [...new Set(actions)].map((action) => [
            action,
            actions.filter((other) => other === action).length,
          ]);
          expect(used).to.deep.equal(counts);
        },
      ),
    ));

  it("counts the permissions of passed checks as used, and that of the failed check as denied", () => {
    const recorder = new Recorder();
    const checks = ["a:One", "a:Two", "a:Three"].map((action) => ({ action, resource: "*" }));
    recorder.record(callOf("role", "", { checks, checksPassed: 1, outcome: "denied" }));
    expect(recorder.usage().map(({ action, allowed, denied }) => [action, allowed, denied])).to.eql(
      [
        ["a:One", 1, 0],
        ["a:Two", 0, 1],
      ],
    );
  });

  it("counts a call that a later step denies as allowed by its own checks", () => {
    const recorder = new Recorder();
    recorder.record(callOf("role", "a:One", { outcome: "denied" }));
    expect(recorder.usage()).to.have.length(1);
    expect(recorder.usage()[0]).to.include({ allowed: 1, denied: 0 });
  });

  it("finds calls by all fields of a filter together, and those after a given call", () => {
    const recorder = new Recorder();
    recorder.record(callOf("one", "x"));
    recorder.record(callOf("two", "x", { outcome: "error" }));
    const { last } = recorder;
    recorder.record(callOf("two", "x", { service: "kms", operation: "Sign" }));
    recorder.record({ ...callOf("-", "x"), principal: { type: "anonymous" } });
    const found = (filter: Parameters<Recorder["find"]>[0]): number[] =>
      recorder.find(filter).map(({ sequence }) => sequence);
    expect(found({})).to.deep.equal([1, 2, 3, 4]);
    expect(found({ roleName: "two" })).to.deep.equal([2, 3]);
    expect(found({ roleName: "two", outcome: "error" })).to.deep.equal([2]);
    expect(found({ after: last })).to.deep.equal([3, 4]);
    expect(found({ service: "kms", operation: "Sign" })).to.deep.equal([3]);
    expect(found({ service: "kms", operation: "GetParameter" })).to.deep.equal([]);
    expect(recorder.usage("one")).to.have.length(1);
  });

  it("starts again when it is cleared, with increasing sequence numbers", () => {
    const recorder = new Recorder();
    recorder.record(callOf("one", "x"));
    recorder.clear();
    expect(recorder.find()).to.deep.equal([]);
    expect(recorder.usage()).to.deep.equal([]);
    expect(recorder.record(callOf("one", "x")).sequence).to.equal(2);
  });
});

describe("A recorded input", () => {
  it("names secret members instead of keeping them", () => {
    const input = { Name: "/a", Value: "hunter2" };
    expect(redact(input, ["Value"])).to.deep.equal({ Name: "/a", Value: "(secret)" });
  });

  it("keeps small binaries as text, and only the size of large ones, however deep they are", () => {
    const deep = (levels: number, value: unknown): object =>
      levels === 0 ? { value } : { M: deep(levels - 1, value) };
    const small = redact(deep(60, Buffer.from("abc")));
    expect(JSON.stringify(small)).to.include('"value":"abc"');
    const large = redact(deep(60, new Uint8Array(300)));
    expect(JSON.stringify(large)).to.include('"value":"(300 bytes)"');
    expect(redact({ list: [new Uint8Array(300)] })).to.deep.equal({ list: ["(300 bytes)"] });
  });

  it("cuts long texts, so that thousands of records stay small", () => {
    const { body } = redact({ body: "x".repeat(1_000_000) }) as { body: string };
    expect(body).to.match(/^x+\.\.\. \(1000000 characters\)$/);
    expect(body.length).to.be.lessThan(17_000);
  });

  it("is a copy, which later changes of the input do not affect", () => {
    const input = { tags: [{ key: "a" }], at: new Date(0), none: null };
    const kept = redact(input);
    input.tags[0].key = "b";
    expect(kept).to.deep.equal({ tags: [{ key: "a" }], at: new Date(0), none: null });
  });
});

describe("The records of a cloud", () => {
  let cloud: Cloud;
  before(async () => (cloud = await startCloud()));
  after(() => cloud.close());

  it("hold no secret of SSM, KMS or a function's environment, whether the call succeeds or fails", async () => {
    const secret = "correct-horse-battery-staple";
    const settings = {
      endpoint: cloud.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "root", secretAccessKey: "root" },
      maxAttempts: 1,
    };
    const [ssm, kms, lambda] = [
      new SSMClient(settings),
      new KMSClient(settings),
      new LambdaClient(settings),
    ];
    const { principal } = await roleSession(cloud, "worker", []);
    const put = { Name: "/secret", Value: secret, Type: "SecureString" } as const;
    const failed: unknown[] = [];
    const attempt = async (call: Promise<unknown>): Promise<void> => {
      await call.catch((error: unknown) => failed.push(error));
    };
    await attempt(ssm.send(new PutParameterCommand(put)));
    await attempt(ssm.send(new PutParameterCommand(put)));
    await attempt(
      ssm.send(new PutParameterCommand({ ...put, Name: "/a", AllowedPattern: "^no$" })),
    );
    await attempt(
      ssm.send(new PutParameterCommand({ ...put, Name: "/b", Value: secret.repeat(200) })),
    );
    const plain = Buffer.from(secret);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    await attempt(kms.send(new EncryptCommand({ KeyId: KeyMetadata?.KeyId, Plaintext: plain })));
    await attempt(kms.send(new EncryptCommand({ KeyId: "missing", Plaintext: plain })));
    await attempt(
      kms.send(
        new SignCommand({
          KeyId: KeyMetadata?.KeyId,
          Message: plain,
          SigningAlgorithm: "ECDSA_SHA_256",
        }),
      ),
    );
    await attempt(
      kms.send(
        new GenerateMacCommand({
          KeyId: KeyMetadata?.KeyId,
          Message: plain,
          MacAlgorithm: "HMAC_SHA_256",
        }),
      ),
    );
    const Environment = { Variables: { PASSWORD: secret } };
    const functionSettings = {
      FunctionName: "f",
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: principal.roleArn,
      Code: { ZipFile: Buffer.from("not a zip") },
      Environment,
    } as const;
    await attempt(lambda.send(new CreateFunctionCommand(functionSettings)));
    await attempt(
      lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: "f", Environment })),
    );
    await attempt(lambda.send(new InvokeCommand({ FunctionName: "f" })));
    [ssm, kms, lambda].forEach((client) => client.destroy());
    expect(failed.length).to.be.greaterThan(5);
    const records = JSON.stringify(cloud.recorder.find());
    expect(records).to.include("PutParameter").and.to.include("UpdateFunctionConfiguration");
    expect(records).to.not.include(secret);
    expect(records).to.not.include(plain.toString("base64"));
  });

  it("show the caller of each call and the permission that it needed", async () => {
    const session = await roleSession(cloud, "reader", [
      { Effect: "Allow", Action: "ssm:PutParameter", Resource: "*" },
    ]);
    const ssm = new SSMClient({
      endpoint: cloud.endpoint,
      region: "eu-west-1",
      credentials: session,
    });
    const heard: RecordedCall[] = [];
    cloud.events.once("call", (call) => heard.push(call));
    await ssm.send(new PutParameterCommand({ Name: "/p", Value: "v", Type: "String" }));
    ssm.destroy();
    const [record] = cloud.recorder.find({ roleName: "reader" });
    expect(heard).to.deep.equal([record]);
    expect(record).to.deep.include({
      service: "ssm",
      operation: "PutParameter",
      region: "eu-west-1",
      outcome: "ok",
      checksPassed: 1,
      checks: [
        {
          action: "ssm:PutParameter",
          resource: "arn:aws:ssm:eu-west-1:123456789012:parameter/p",
        },
      ],
    });
    expect(record.requestId).to.match(/^[0-9a-f-]{36}$/);
    expect(record.principal).to.include({ type: "role", roleName: "reader" });
  });
});
