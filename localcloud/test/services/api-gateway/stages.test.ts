import {
  CreateDeploymentCommand,
  CreateStageCommand,
  DeleteDeploymentCommand,
  DeleteStageCommand,
  GetDeploymentCommand,
  GetStageCommand,
  GetStagesCommand,
  PutIntegrationResponseCommand,
  UpdateStageCommand,
  type PatchOperation,
} from "@aws-sdk/client-api-gateway";
import { expect } from "chai";
import { errorOf, mock, startGateway, TestApi, type Gateway } from "./gateway";

describe("API Gateway deployments and stages", () => {
  let gateway: Gateway;
  let api: TestApi;
  beforeEach(async () => {
    gateway = await startGateway();
    api = await TestApi.create(gateway);
    await api.method("GET /", mock('"one"'));
  });
  afterEach(() => gateway.close());

  const answer = async (stageName?: string): Promise<unknown> =>
    (await api.fetch("/", undefined, stageName)).json();

  const changeTemplate = (template: string): Promise<unknown> =>
    gateway.client.send(
      new PutIntegrationResponseCommand({
        restApiId: api.id,
        resourceId: api.resourceIds.get("/"),
        httpMethod: "GET",
        statusCode: "200",
        responseTemplates: { "application/json": template },
      }),
    );

  const patch = (...patchOperations: PatchOperation[]): Promise<object> =>
    gateway.client.send(
      new UpdateStageCommand({ restApiId: api.id, stageName: "dev", patchOperations }),
    );

  it("serve what was deployed, regardless of later changes", async () => {
    const first = await api.deploy();
    await changeTemplate('"two"');
    await api.method("GET /new", mock());
    expect(await answer()).to.equal("one");
    expect((await api.fetch("/new")).status).to.equal(403);
    await api.deploy();
    expect(await answer()).to.equal("two");
    await api.setStage({ "/deploymentId": first });
    expect(await answer()).to.equal("one");
  });

  it("keep a deployment while a stage points to it", async () => {
    const first = await api.deploy();
    const remove = () =>
      gateway.client.send(new DeleteDeploymentCommand({ restApiId: api.id, deploymentId: first }));
    expect(await errorOf(remove())).to.deep.equal({
      name: "BadRequestException",
      message: "Active stages pointing to this deployment must be moved or deleted",
    });
    await api.deploy();
    await remove();
    const gone = await errorOf(
      gateway.client.send(new GetDeploymentCommand({ restApiId: api.id, deploymentId: first })),
    );
    expect(gone).to.deep.equal({
      name: "NotFoundException",
      message: "Invalid Deployment identifier specified",
    });
  });

  it("summarize a deployment on request", async () => {
    const deploymentId = await api.deploy();
    const { apiSummary } = await gateway.client.send(
      new GetDeploymentCommand({ restApiId: api.id, deploymentId, embed: ["apisummary"] }),
    );
    expect(apiSummary).to.deep.equal({
      "/": { GET: { authorizationType: "NONE", apiKeyRequired: false } },
    });
  });

  it("have AWS's defaults and report invalid settings", async () => {
    const deploymentId = await api.deploy();
    const create = (input: object) =>
      gateway.client.send(
        new CreateStageCommand({ restApiId: api.id, stageName: "s1", deploymentId, ...input }),
      );
    const { $metadata, ...stage } = await create({ description: "my stage" });
    expect($metadata.httpStatusCode).to.equal(201);
    expect(stage).to.deep.equal({
      deploymentId,
      stageName: "s1",
      description: "my stage",
      cacheClusterEnabled: false,
      cacheClusterStatus: "NOT_AVAILABLE",
      methodSettings: {},
      tracingEnabled: false,
      createdDate: stage.createdDate,
      lastUpdatedDate: stage.lastUpdatedDate,
    });
    expect(await errorOf(create({}))).to.deep.equal({
      name: "ConflictException",
      message: "Stage already exists",
    });
    expect((await errorOf(create({ stageName: "a/b" }))).message).to.equal(
      "Stage name only allows a-zA-Z0-9_-",
    );
    expect((await errorOf(create({ stageName: "x", deploymentId: "none" }))).name).to.equal(
      "BadRequestException",
    );
    expect((await errorOf(create({ stageName: "x", variables: { v: 'a b"' } }))).name).to.equal(
      "BadRequestException",
    );
    await gateway.client.send(new DeleteStageCommand({ restApiId: api.id, stageName: "s1" }));
    const { item } = await gateway.client.send(
      new GetStagesCommand({ restApiId: api.id, deploymentId }),
    );
    expect(item?.map(({ stageName }) => stageName)).to.deep.equal(["dev"]);
    expect(
      await errorOf(
        gateway.client.send(new GetStageCommand({ restApiId: api.id, stageName: "s1" })),
      ),
    ).to.deep.equal({ name: "NotFoundException", message: "Invalid stage identifier specified" });
  });

  it("keep method settings under the path that was patched", async () => {
    await api.deploy();
    const stage = (await patch(
      { op: "replace", path: "/*/*/metrics/enabled", value: "true" },
      { op: "replace", path: "/~1comments~1{id}/GET/throttling/rateLimit", value: "1.5" },
      { op: "replace", path: "/variables/color", value: "blue" },
      { op: "replace", path: "/tracingEnabled", value: "true" },
    )) as { methodSettings: Record<string, object> };
    expect(Object.keys(stage.methodSettings)).to.deep.equal(["*/*", "~1comments~1{id}/GET"]);
    expect(stage.methodSettings["*/*"]).to.include({
      metricsEnabled: true,
      throttlingBurstLimit: 5000,
    });
    expect(stage).to.deep.include({ variables: { color: "blue" }, tracingEnabled: true });
    const removed = (await patch(
      { op: "remove", path: "/~1comments~1{id}/GET" },
      { op: "remove", path: "/variables/color" },
    )) as { methodSettings: object };
    expect(Object.keys(removed.methodSettings)).to.deep.equal(["*/*"]);
    expect(removed).not.to.have.property("variables");
    for (const path of ["/documentation_version", "/tags/tag1"]) {
      const error = await errorOf(patch({ op: "replace", path, value: "x" }));
      expect(error.message).to.match(
        new RegExp(
          `^Invalid method setting path: ${path}\\. Must be one of: \\[/deploymentId, /description`,
        ),
      );
    }
  });

  it("send the canary its percentage of the requests until it is promoted", async () => {
    await api.deploy("dev", { v: "stage" });
    await changeTemplate('"two $stageVariables.v $context.isCanaryRequest"');
    const canary = await gateway.client.send(
      new CreateDeploymentCommand({
        restApiId: api.id,
        stageName: "dev",
        canarySettings: { percentTraffic: 25, stageVariableOverrides: { v: "canary" } },
      }),
    );
    const answers = [];
    for (let index = 0; index < 8; index++) answers.push(await answer());
    expect(answers.filter((text) => text === "two canary true")).to.have.length(2);
    expect(answers.filter((text) => text === "one")).to.have.length(6);
    const stage = await patch(
      { op: "copy", from: "/canarySettings/deploymentId", path: "/deploymentId" },
      { op: "remove", path: "/canarySettings" },
    );
    expect(stage).to.include({ deploymentId: canary.id }).and.not.have.property("canarySettings");
    expect(await answer()).to.equal("two stage ");
  });
});
