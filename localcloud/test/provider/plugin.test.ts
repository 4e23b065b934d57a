import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import * as statusProto from "@pulumi/pulumi/proto/status_pb";
import { expect } from "chai";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { startCloud, type Cloud } from "../../cloud/cloud";
import { resourceTokens } from "../../provider/resources";
import type { Properties } from "../../provider/types";
import { fromStruct, SECRET, SIGNATURE, toStruct, UNKNOWN } from "../../provider/values";
import { awsEnvironment } from "../../engine/session";

const LAUNCHER = path.join(__dirname, "../../bin/plugins/pulumi-resource-aws");
const PARAMETER = "urn:pulumi:dev::test::aws:ssm/parameter:Parameter::thing";
const ROLE = "urn:pulumi:dev::test::aws:iam/role:Role::thing";
const secret = (value: unknown): Properties => ({ [SIGNATURE]: SECRET, value });

interface Plugin {
  /** Server of the engine that the plugin belongs to. */
  readonly engine: grpc.Server;
  readonly client: ResourceProviderClient;
  readonly child: ChildProcess;
}

/** Starts the plugin like the engine does; the first line of its output is its port. */
async function startPlugin(environment: Record<string, string>): Promise<Plugin> {
  const env: NodeJS.ProcessEnv = { ...process.env, ...environment };
  const engine = new grpc.Server();
  const port = await new Promise<number>((resolve, reject) => {
    engine.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const child = spawn(LAUNCHER, [`127.0.0.1:${port}`], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout ?? child, "data")) as [Buffer];
  const address = `127.0.0.1:${line.toString().trim()}`;
  return {
    engine,
    child,
    client: new ResourceProviderClient(address, grpc.credentials.createInsecure()),
  };
}

/** Ends the plugin like the engine does, and returns its exit code. */
async function stopPlugin({ engine, client, child }: Plugin): Promise<unknown> {
  client.close();
  const exited = once(child, "exit");
  child.kill("SIGINT");
  const [code] = (await exited) as [number | null];
  engine.forceShutdown();
  return code;
}

type Answer<Response> = (error: grpc.ServiceError | null, response: Response) => void;

/** Makes one call; rejects with gRPC's error. */
function ask<Response>(call: (answer: Answer<Response>) => unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error ? reject(error) : resolve(response)));
  });
}

describe("provider: the plugin of the Pulumi CLI", function () {
  let cloud: Cloud;
  let plugin: Plugin;

  before(async () => {
    cloud = await startCloud({ region: "eu-central-1" });
    plugin = await startPlugin(awsEnvironment(cloud));
    const request = new proto.ConfigureRequest();
    request.setArgs(toStruct({ region: "eu-central-1", skipCredentialsValidation: "true" }));
    await ask<proto.ConfigureResponse>((answer) => plugin.client.configure(request, answer));
  });

  after(async () => {
    expect(await stopPlugin(plugin)).to.equal(0);
    await cloud.close();
  });

  const check = async (urn: string, news: Properties): Promise<proto.CheckResponse> => {
    const request = new proto.CheckRequest();
    request.setUrn(urn);
    request.setNews(toStruct(news));
    request.setRandomseed(Buffer.from("seed"));
    return ask<proto.CheckResponse>((answer) => plugin.client.check(request, answer));
  };

  const create = async (
    urn: string,
    inputs: Properties,
    preview = false,
  ): Promise<proto.CreateResponse> => {
    const request = new proto.CreateRequest();
    request.setUrn(urn);
    request.setProperties(toStruct(inputs));
    request.setPreview(preview);
    return ask<proto.CreateResponse>((answer) => plugin.client.create(request, answer));
  };

  it("reports its version, and that it accepts secrets", async () => {
    const { client } = plugin;
    const info = await ask<PluginInfo>((answer) => client.getPluginInfo(new Empty(), answer));
    expect(info.getVersion()).to.match(/^7\.\d+\.\d+$/);
    const hello = await ask<proto.ProviderHandshakeResponse>((answer) =>
      client.handshake(new proto.ProviderHandshakeRequest(), answer),
    );
    expect(hello.getAcceptSecrets()).to.equal(true);
    expect(hello.getAcceptOutputs()).to.equal(false);
    const { code } = await ask<proto.CallResponse>((answer) =>
      client.call(new proto.CallRequest(), answer),
    ).then(
      () => ({ code: grpc.status.OK }),
      (error: grpc.ServiceError) => error,
    );
    expect(code).to.equal(grpc.status.UNIMPLEMENTED);
  });

  it("returns the schema of its types with their inputs, for code generators", async () => {
    const answer = await ask<proto.GetSchemaResponse>((reply) =>
      plugin.client.getSchema(new proto.GetSchemaRequest(), reply),
    );
    const { name, resources } = JSON.parse(answer.getSchema()) as {
      name: string;
      resources: Record<string, { inputProperties: object; requiredInputs: string[] }>;
    };
    expect(name).to.equal("aws");
    expect(Object.keys(resources)).to.deep.equal(resourceTokens());
    const role = resources["aws:iam/role:Role"];
    expect(role.inputProperties).to.include.keys("assumeRolePolicy", "path", "region");
    expect(role.requiredInputs).to.deep.equal(["assumeRolePolicy"]);
  });

  it("refuses unsupported settings and inputs", async () => {
    const request = new proto.CheckRequest();
    request.setNews(toStruct({ region: "eu-central-1", defaultTags: '{"tags":{"a":"b"}}' }));
    const config = await ask<proto.CheckResponse>((answer) =>
      plugin.client.checkConfig(request, answer),
    );
    expect(config.getFailuresList().map((failure) => failure.getProperty())).to.deep.equal([
      "defaultTags",
    ]);
    const checked = await check(PARAMETER, { type: "String", policies: "[]" });
    expect(checked.getFailuresList().map((failure) => failure.toObject())).to.deep.equal([
      { property: "policies", reason: "is not supported by the local cloud's provider" },
    ]);
  });

  it("generates names according to the stack's configuration: proposed, enforced, or disabled", async () => {
    const { PROPOSE, ENFORCE, DISABLE } = proto.CheckRequest.AutonamingOptions.Mode;
    const named = async (
      mode: proto.CheckRequest.AutonamingOptions.Mode,
      proposed: string,
      news: Properties,
      olds?: Properties,
    ): Promise<unknown> => {
      const request = new proto.CheckRequest();
      request.setUrn("urn:pulumi:dev::test::aws:sqs/queue:Queue::jobs");
      request.setNews(toStruct(news));
      if (olds) request.setOlds(toStruct(olds));
      const autonaming = new proto.CheckRequest.AutonamingOptions();
      request.setAutonaming(autonaming.setMode(mode).setProposedName(proposed));
      const response = await ask<proto.CheckResponse>((answer) =>
        plugin.client.check(request, answer),
      );
      const [failure] = response.getFailuresList();
      return failure ? failure.toObject() : fromStruct(response.getInputs()).name;
    };
    const fifo = { fifoQueue: true };
    expect(await named(PROPOSE, "dev-jobs", {})).to.equal("dev-jobs");
    expect(await named(PROPOSE, "dev-jobs", fifo)).to.equal("dev-jobs.fifo");
    expect(await named(PROPOSE, "dev-jobs.fifo", fifo)).to.equal("dev-jobs.fifo");
    expect(await named(PROPOSE, "dev-jobs", {}, { name: "jobs-1" })).to.equal("jobs-1");
    expect(await named(PROPOSE, "dev-jobs", { namePrefix: "mine-" })).to.match(
      /^mine-[0-9a-f]{26}$/,
    );
    expect(await named(PROPOSE, "x".repeat(81), {})).to.deep.equal({
      property: "name",
      reason: `calculated name '${"x".repeat(81)}' exceeds maximum length of 80 characters`,
    });
    expect(await named(ENFORCE, "dev-jobs.fifo", fifo)).to.equal("dev-jobs.fifo");
    expect(await named(ENFORCE, "dev-jobs", { name: "own" })).to.equal("own");
    expect(await named(DISABLE, "", { name: "own" })).to.equal("own");
    expect(await named(DISABLE, "", {})).to.deep.equal({
      property: "name",
      reason: "automatic naming is disabled but no explicit name was provided",
    });
  });

  it("keeps secrets marked from inputs to outputs", async () => {
    const news = { type: "String", value: secret("v"), tags: { open: "1", closed: secret("2") } };
    const inputs = fromStruct((await check(PARAMETER, news)).getInputs());
    expect(inputs).to.deep.include(news);
    const outputs = fromStruct((await create(PARAMETER, inputs)).getProperties());
    expect(outputs.value).to.deep.equal(secret("v"));
    expect(outputs.tags).to.deep.equal(secret({ open: "1", closed: "2" }));
    expect(outputs.arn).to.be.a("string");
  });

  it("previews a creation with the known values, and changes nothing", async () => {
    const after = cloud.recorder.last;
    const inputs = fromStruct(
      (await check(PARAMETER, { type: "String", value: UNKNOWN })).getInputs(),
    );
    const response = await create(PARAMETER, inputs, true);
    expect(response.getId()).to.equal("");
    const outputs = fromStruct(response.getProperties());
    expect(outputs).to.deep.include({ type: "String", value: secret(UNKNOWN) });
    expect(outputs).to.not.have.any.keys("arn", "version", "__defaults");
    expect(cloud.recorder.find({ after })).to.deep.equal([]);
  });

  it("previews an update with outputs unknown that it may change", async () => {
    const request = new proto.UpdateRequest();
    request.setId("thing");
    request.setUrn(PARAMETER);
    request.setPreview(true);
    request.setOlds(toStruct({ arn: "arn", version: 1, value: "a", description: "gone" }));
    request.setOldInputs(toStruct({ value: "a", description: "gone" }));
    request.setNews(toStruct({ value: "b" }));
    const response = await ask<proto.UpdateResponse>((answer) =>
      plugin.client.update(request, answer),
    );
    expect(fromStruct(response.getProperties())).to.deep.equal({
      arn: "arn",
      version: UNKNOWN,
      value: secret("b"),
    });
  });

  it("reports a partially created resource with ErrorResourceInitFailed", async () => {
    cloud.faults.add({ kind: "accessDenied", service: "iam", operation: "AttachRolePolicy" });
    const assumeRolePolicy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { Service: "lambda.amazonaws.com" },
        },
      ],
    });
    const managedPolicyArns = ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"];
    const inputs = { name: "half", assumeRolePolicy, managedPolicyArns };
    const error = await create(ROLE, inputs).then(
      () => undefined,
      (reason: grpc.ServiceError) => reason,
    );
    expect(error?.details).to.equal("AccessDenied: Access denied by a fault rule.");
    const [bytes] = error?.metadata.get("grpc-status-details-bin") ?? [];
    const [any] = statusProto.Status.deserializeBinary(bytes as Buffer).getDetailsList();
    expect(any.getTypeName()).to.equal("pulumirpc.ErrorResourceInitFailed");
    const detail = proto.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
    expect(detail.getId()).to.equal("half");
    expect(detail.getReasonsList()).to.deep.equal(["AccessDenied: Access denied by a fault rule."]);
    expect(fromStruct(detail.getInputs()).managedPolicyArns).to.deep.equal([]);
    expect(fromStruct(detail.getProperties()).arn).to.equal("arn:aws:iam::123456789012:role/half");
  });

  it("reports the consequence of a difference for each property", async () => {
    const request = new proto.DiffRequest();
    request.setUrn(ROLE);
    request.setOldInputs(toStruct({ name: "r", path: "/", tags: { a: "1" } }));
    request.setNews(toStruct({ name: "r", path: "/x/", tags: { a: secret("2") } }));
    const response = await ask<proto.DiffResponse>((answer) => plugin.client.diff(request, answer));
    expect(response.toObject()).to.deep.include({
      changes: proto.DiffResponse.DiffChanges.DIFF_SOME,
      diffsList: ["path", "tags"],
      replacesList: ["path"],
      deletebeforereplace: true,
      hasdetaileddiff: true,
    });
    const { UPDATE, UPDATE_REPLACE } = proto.PropertyDiff.Kind;
    expect(response.getDetaileddiffMap().get("path")?.toObject()).to.deep.equal({
      kind: UPDATE_REPLACE,
      inputdiff: true,
    });
    expect(response.getDetaileddiffMap().get("tags.a")?.getKind()).to.equal(UPDATE);
  });

  it("reads for a refresh and for an import, and returns no id for a deleted resource", async () => {
    const read = (id: string, inputs?: Properties): Promise<proto.ReadResponse> => {
      const request = new proto.ReadRequest();
      request.setId(id);
      request.setUrn(ROLE);
      if (inputs) request.setInputs(toStruct(inputs));
      return ask<proto.ReadResponse>((answer) => plugin.client.read(request, answer));
    };
    const refreshed = await read("half", { name: "half", description: "was" });
    expect(fromStruct(refreshed.getInputs())).to.not.have.property("description");
    const imported = fromStruct((await read("half")).getInputs());
    expect(imported).to.deep.include({ name: "half", path: "/", maxSessionDuration: 3600 });
    expect((await read("none", { name: "none" })).getId()).to.equal("");
  });

  it("returns results of functions, nothing for unknown arguments, and errors with their reason", async () => {
    const invoke = (token: string, args: Properties): Promise<proto.InvokeResponse> => {
      const request = new proto.InvokeRequest();
      request.setTok(token);
      request.setArgs(toStruct(args));
      return ask<proto.InvokeResponse>((answer) => plugin.client.invoke(request, answer));
    };
    const token = "aws:ssm/getParameter:getParameter";
    expect((await invoke(token, { name: UNKNOWN })).getReturn()).to.equal(undefined);
    const missing = await invoke(token, { name: "/none" }).catch(
      (error: grpc.ServiceError) => error.details,
    );
    expect(missing).to.match(/\/none|not found|ParameterNotFound/i);
  });

  it("connects only to the endpoint in its environment", async () => {
    const lost = await startPlugin({ AWS_ENDPOINT_URL: "" });
    const refusal = await ask<proto.ConfigureResponse>((answer) =>
      lost.client.configure(new proto.ConfigureRequest(), answer),
    ).then(
      () => "",
      (error: grpc.ServiceError) => error.details,
    );
    await stopPlugin(lost);
    expect(refusal).to.match(/^AWS_ENDPOINT_URL is not set: .* never talks to AWS itself\. /);
  });

  it("ends with the engine that started it, even if that engine crashed", async () => {
    const orphan = await startPlugin(awsEnvironment(cloud));
    const exited = once(orphan.child, "exit");
    orphan.client.close();
    orphan.engine.forceShutdown();
    expect((await exited)[0]).to.equal(1);
  });
});
