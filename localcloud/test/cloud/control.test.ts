import { CreateClusterCommand, ECSClient } from "@aws-sdk/client-ecs";
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { type Cloud, startCloud } from "../../cloud/cloud";
import { FAULT_KINDS } from "../../cloud/faults";
import { rawHttp } from "../support/rawHttp";
import { roleSession } from "../support/roleSession";

describe("The control endpoints", () => {
  let cloud: Cloud;
  beforeEach(async () => (cloud = await startCloud({ clock: "manual", region: "eu-west-1" })));
  afterEach(() => cloud.close());

  async function ask(
    method: string,
    path: string,
    body?: unknown,
    contentType = "application/json",
  ): Promise<{ status: number; value: Record<string, unknown> }> {
    const answer = await rawHttp(cloud.endpoint, {
      method,
      path: `/_localcloud${path}`,
      headers: body === undefined ? {} : { "content-type": contentType },
      body: typeof body === "string" || body === undefined ? body : JSON.stringify(body),
    });
    expect(answer.headers["content-type"]).to.equal("application/json");
    return {
      status: answer.status,
      value: JSON.parse(answer.body) as Record<string, unknown>,
    };
  }
  async function refused(method: string, path: string, body: unknown, type?: string) {
    const { status, value } = await ask(method, path, body, type);
    expect(status, `${method} ${path} ${JSON.stringify(body)}`).to.equal(400);
    return String(value.message);
  }

  async function callSqs(...calls: ConstructorParameters<typeof CreateQueueCommand>[0][]) {
    const { endpoint } = cloud;
    const credentials = await roleSession(cloud, "caller", [
      { Effect: "Allow", Action: "sqs:CreateQueue", Resource: "*" },
    ]);
    const sqs = new SQSClient({ endpoint, region: "eu-west-1", credentials, maxAttempts: 1 });
    for (const input of calls) await sqs.send(new CreateQueueCommand(input));
    await sqs.send(new ListQueuesCommand({})).catch(() => undefined);
    sqs.destroy();
  }

  it("report the state of the cloud", async () => {
    const { status, value } = await ask("GET", "/health");
    expect(status).to.equal(200);
    expect(value).to.deep.include({
      status: "running",
      accountId: "123456789012",
      region: "eu-west-1",
    });
    expect(value.services).to.include.members(["iam", "lambda", "sqs"]);
  });

  it("return and move the cloud's time", async () => {
    const before = cloud.clock.now();
    expect(new Date(String((await ask("GET", "/clock")).value.now)).getTime()).to.equal(before);
    const { value } = await ask("POST", "/clock", { advanceMs: 86_400_000 });
    expect(new Date(String(value.now)).getTime()).to.equal(before + 86_400_000);
    expect(cloud.clock.now()).to.equal(before + 86_400_000);
    expect((await ask("POST", "/clock", { advanceMs: 0 })).status).to.equal(200);
  });

  it("refuse to move the time by an invalid value, and leave it unchanged", async () => {
    const before = cloud.clock.now();
    for (const advanceMs of [-1, "1000", null, undefined, [], 1e300, 9e15])
      expect(await refused("POST", "/clock", { advanceMs })).to.match(/advanceMs|cannot be moved/);
    expect(cloud.clock.now()).to.equal(before);
  });

  it("refuse a body that is not a JSON object, and one that a web page's form could send", async () => {
    for (const body of ["", "{", "[]", "1", "null", '"text"'])
      expect(await refused("POST", "/clock", body)).to.equal("The body must be a JSON object.");
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
      for (const path of ["/clock", "/faults"])
        expect(await refused("POST", path, { advanceMs: 1 }, type)).to.equal(
          "Send the body as content-type: application/json.",
        );
  });

  it("list the calls, by service, operation, role, outcome and sequence number", async () => {
    await callSqs({ QueueName: "a" }, { QueueName: "b" });
    const find = async (query: string): Promise<unknown[]> => {
      const { value } = await ask("GET", `/calls?${query}`);
      return (value as unknown as { operation: string }[]).map(({ operation }) => operation);
    };
    expect(await find("service=sqs")).to.deep.equal(["CreateQueue", "CreateQueue", "ListQueues"]);
    expect(await find("operation=ListQueues")).to.deep.equal(["ListQueues"]);
    expect(await find("roleName=caller&outcome=denied")).to.deep.equal(["ListQueues"]);
    expect(await find("roleName=nobody")).to.deep.equal([]);
    expect(await find(`after=${cloud.recorder.last - 1}`)).to.deep.equal(["ListQueues"]);
    expect(await refused("GET", "/calls?outcome=great", undefined)).to.match(/^'outcome' must be/);
    expect(await refused("GET", "/calls?after=x", undefined)).to.match(/^'after' must be/);
  });

  it("list the permissions that a role used, and clear them on request", async () => {
    await callSqs({ QueueName: "a" });
    const { value } = await ask("GET", "/usage?roleName=caller");
    expect(value).to.deep.include({
      roleName: "caller",
      action: "sqs:CreateQueue",
      resource: "arn:aws:sqs:eu-west-1:123456789012:a",
      allowed: 1,
      denied: 0,
    });
    expect((await ask("DELETE", "/calls")).status).to.equal(200);
    expect((await ask("GET", "/usage")).value).to.deep.equal([]);
    expect((await ask("GET", "/calls")).value).to.deep.equal([]);
  });

  it("set, list and remove faults", async () => {
    for (const kind of FAULT_KINDS) {
      const { status, value } = await ask("POST", "/faults", { kind, service: "sqs", skip: 1 });
      expect(status, kind).to.equal(200);
      expect(cloud.faults.list().at(-1)).to.deep.include({ id: value.id, seen: 0, applied: 0 });
    }
    const rule = {
      kind: "throttle",
      operation: "Invoke",
      roleName: "r",
      times: "forever",
      code: "C",
    };
    const { value } = await ask("POST", "/faults", rule);
    const listed = (await ask("GET", "/faults")).value as unknown as { id: number; rule: object }[];
    expect(listed.at(-1)).to.deep.include({ id: value.id, rule });
    expect((await ask("DELETE", `/faults?id=${String(value.id)}`)).status).to.equal(200);
    expect(await refused("DELETE", `/faults?id=${String(value.id)}`, undefined)).to.match(
      /^There is no fault/,
    );
    expect(await refused("DELETE", "/faults?id=x", undefined)).to.equal("There is no fault x.");
    expect((await ask("DELETE", "/faults")).status).to.equal(200);
    expect(cloud.faults.list()).to.deep.equal([]);
  });

  it("refuse the same mistakes in a rule of a test", () => {
    expect(() => cloud.faults.add({ kind: "throttle", service: "sqs", operation: "Get" })).to.throw(
      "Service 'sqs' has no operation 'Get'.",
    );
    expect(cloud.faults.list()).to.deep.equal([]);
  });

  const badRules: [rule: object, message: RegExp][] = [
    [{}, /^'kind' must be one of throttle, internalError/],
    [{ kind: "explosion" }, /^'kind' must be one of/],
    [{ kind: "throttle", times: 1.5 }, /^'times' must be a count or "forever"/],
    [{ kind: "throttle", times: "often" }, /^'times' must be/],
    [{ kind: "throttle", skip: -1 }, /^'skip' must be a count/],
    [{ kind: "throttle", service: 7 }, /^'service' must be a string/],
    [
      { kind: "throttle", service: "lamda" },
      /^There is no service 'lamda'\. Did you mean 'lambda'\? There are .*dynamodb/,
    ],
    [
      { kind: "throttle", service: "sqs", operation: "SendMesage" },
      /^Service 'sqs' has no operation 'SendMesage'\. Did you mean 'SendMessage'\? There are .*CreateQueue/,
    ],
    [{ kind: "throttle", operation: "Invok" }, /^No service has an operation 'Invok'\. Did you/],
    [{ kind: "throttle", opertaion: "Invoke" }, /^A fault has no field 'opertaion'/],
  ];
  it("refuse a fault with a mistake in its fields", async () => {
    for (const [rule, message] of badRules)
      expect(await refused("POST", "/faults", rule)).to.match(message);
    expect(cloud.faults.list()).to.deep.equal([]);
  });

  it("set the load of a service, and limit a cluster's capacity", async () => {
    const { endpoint } = cloud;
    const credentials = { accessKeyId: "AKIAOWNER", secretAccessKey: "secret" };
    const ecs = new ECSClient({ endpoint, region: "eu-west-1", credentials, maxAttempts: 1 });
    await ecs.send(new CreateClusterCommand({ clusterName: "main" }));
    ecs.destroy();
    const missing = await refused("POST", "/load", {
      cluster: "main",
      service: "w",
      cpuPercent: 9,
    });
    expect(missing).to.equal("There is no service 'w' in cluster 'main'; there is: none.");
    expect(await refused("POST", "/load", { cluster: "main", cpu: 9 })).to.match(/takes no cpu/);
    expect(await refused("POST", "/load", [])).to.equal("The body must be a JSON object.");
    expect(await refused("POST", "/load", {}, "text/plain")).to.match(/^Send the body as/);
    const { status, value } = await ask("POST", "/capacity", { cluster: "main", tasks: 4 });
    expect({ status, value }).to.deep.equal({ status: 200, value: {} });
    expect(await refused("POST", "/capacity", { cluster: "main", region: 1 })).to.match(/'region'/);
  });

  it("respond with 404 and the list of endpoints to any other path or method", async () => {
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/nothing"],
      ["PUT", "/clock"],
      ["POST", "/health"],
      ["GET", "/load"],
    ]) {
      const { status, value } = await ask(method, path);
      expect(status).to.equal(404);
      expect(value.message)
        .to.include("GET /_localcloud/health")
        .and.include("POST /_localcloud/load");
    }
  });
});
