import {
  CreateResourceCommand,
  CreateRestApiCommand,
  DeleteResourceCommand,
  DeleteRestApiCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetRestApisCommand,
  GetTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateResourceCommand,
  UpdateRestApiCommand,
  type PatchOperation,
} from "@aws-sdk/client-api-gateway";
import { expect } from "chai";
import { ACCOUNT, errorOf, mock, REGION, startGateway, TestApi, type Gateway } from "./gateway";

describe("API Gateway control plane: APIs and resources", () => {
  let gateway: Gateway;
  let api: TestApi;
  before(async () => {
    gateway = await startGateway();
  });
  after(() => gateway.close());
  beforeEach(async () => {
    api = await TestApi.create(gateway);
  });

  const bad = (message: string) => ({ name: "BadRequestException", message });
  const missing = (message: string) => ({ name: "NotFoundException", message });

  describe("REST APIs", () => {
    it("are created with AWS's defaults", async () => {
      const { $metadata, ...created } = await gateway.client.send(
        new CreateRestApiCommand({ name: "n" }),
      );
      expect($metadata.httpStatusCode).to.equal(201);
      expect(created).to.deep.equal({
        id: created.id,
        name: "n",
        createdDate: created.createdDate,
        apiKeySource: "HEADER",
        disableExecuteApiEndpoint: false,
        endpointConfiguration: { types: ["EDGE"], ipAddressType: "ipv4" },
        rootResourceId: created.rootResourceId,
      });
      expect(created.id).to.match(/^[a-z0-9]{10}$/);
    });

    it("are refused for invalid input, with AWS's messages", async () => {
      const create = (input: object) =>
        errorOf(gateway.client.send(new CreateRestApiCommand({ name: "n", ...input })));
      expect(await create({ description: "" })).to.deep.equal(
        bad("Description cannot be an empty string"),
      );
      expect(await create({ minimumCompressionSize: -1 })).to.deep.equal(
        bad("Invalid minimum compression size, must be between 0 and 10485760"),
      );
      expect(
        await create({ endpointConfiguration: { types: ["EDGE", "REGIONAL"] } }),
      ).to.deep.equal(bad("Cannot create an api with multiple Endpoint Types."));
      expect(
        await errorOf(gateway.client.send(new GetRestApiCommand({ restApiId: "nothing" }))),
      ).to.deep.equal(missing(`Invalid API identifier specified ${ACCOUNT}:nothing`));
    });

    it("are patched completely or not at all", async () => {
      const update = (...patchOperations: PatchOperation[]) =>
        gateway.client.send(new UpdateRestApiCommand({ restApiId: api.id, patchOperations }));
      const updated = await update(
        { op: "replace", path: "/name", value: "new" },
        { op: "add", path: "/binaryMediaTypes/image~1png" },
        { op: "add", path: "/binaryMediaTypes/*~1*" },
        { op: "remove", path: "/binaryMediaTypes/image~1png" },
      );
      expect(updated).to.deep.include({ name: "new", binaryMediaTypes: ["*/*"], tags: {} });
      expect(
        await errorOf(
          update(
            { op: "replace", path: "/name", value: "x" },
            { op: "add", path: "/binaryMediaTypes" },
          ),
        ),
      ).to.deep.equal(bad("Invalid patch path /binaryMediaTypes"));
      expect(await errorOf(update({ op: "add", path: "/name", value: "x" }))).to.deep.equal(
        bad("Invalid patch operation specified. Must be one of: [replace]"),
      );
      const wrong = await errorOf(update({ op: "wrong" as "add", path: "/name" }));
      expect(wrong).to.deep.equal({
        name: "ValidationException",
        message:
          "1 validation error detected: Value 'wrong' at 'updateRestApiInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]",
      });
      const now = await gateway.client.send(new GetRestApiCommand({ restApiId: api.id }));
      expect(now.name).to.equal("new");
    });

    it("are listed page by page", async () => {
      await TestApi.create(gateway);
      const ids: (string | undefined)[] = [];
      let position: string | undefined;
      do {
        const page = await gateway.client.send(new GetRestApisCommand({ limit: 1, position }));
        expect(page.items).to.have.length(1);
        ids.push(page.items?.[0].id);
        position = page.position;
      } while (position !== undefined);
      expect(new Set(ids).size).to.equal(ids.length).and.be.greaterThan(1);
    });

    it("carry tags that can be added and removed", async () => {
      const resourceArn = `arn:aws:apigateway:${REGION}::/restapis/${api.id}`;
      await gateway.client.send(new TagResourceCommand({ resourceArn, tags: { a: "1", b: "2" } }));
      await gateway.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a"] }));
      const { tags } = await gateway.client.send(new GetTagsCommand({ resourceArn }));
      expect(tags).to.deep.equal({ b: "2" });
    });

    it("are refused with tags that no object can have", async () => {
      const create = (tags: Record<string, string>) =>
        errorOf(gateway.client.send(new CreateRestApiCommand({ name: "n", tags })));
      const many = Array.from({ length: 51 }, (_, index) => [`k${index}`, "v"] as const);
      expect(await create({ "aws:x": "1" })).to.deep.equal(
        bad("Tag keys must not start with 'aws:'"),
      );
      expect(await create(Object.fromEntries(many))).to.deep.equal(
        bad("The number of tags exceeds the limit of 50"),
      );
      expect((await create({ ["k".repeat(129)]: "" })).name).to.equal("BadRequestException");
    });

    it("cannot be called once deleted", async () => {
      await api.method("GET /", mock());
      await api.deploy();
      await gateway.client.send(new DeleteRestApiCommand({ restApiId: api.id }));
      expect((await api.fetch("/")).status).to.equal(403);
    });
  });

  describe("resources", () => {
    const create = (parentId: string, pathPart: string) =>
      gateway.client.send(new CreateResourceCommand({ restApiId: api.id, parentId, pathPart }));

    it("follow AWS's rules for siblings and greedy variables", async () => {
      const pets = await api.resource("/pets");
      const root = await api.resource("/");
      expect(await errorOf(create(root, "pets"))).to.deep.equal({
        name: "ConflictException",
        message: "Another resource with the same parent already has this name: pets",
      });
      const greedy = await create(pets, "{proxy+}");
      expect(greedy.path).to.equal("/pets/{proxy+}");
      expect(await errorOf(create(pets, "{id}"))).to.deep.equal(
        bad(
          "A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed",
        ),
      );
      expect(await errorOf(create(String(greedy.id), "x"))).to.deep.equal(
        bad("Cannot create a child of a resource with a greedy path variable: {proxy+}"),
      );
      expect(await errorOf(create("none", "x"))).to.deep.equal(
        missing("Invalid Resource identifier specified"),
      );
      expect((await errorOf(create(root, "a b"))).name).to.equal("BadRequestException");
    });

    it("move with their children and never into themselves", async () => {
      const child = await api.resource("/a/b");
      const a = api.resourceIds.get("/a");
      const move = (resourceId: string | undefined, path: string, value: string | undefined) =>
        gateway.client.send(
          new UpdateResourceCommand({
            restApiId: api.id,
            resourceId,
            patchOperations: [{ op: "replace", path, value }],
          }),
        );
      expect((await move(a, "/pathPart", "z")).path).to.equal("/z");
      const { items = [] } = await gateway.client.send(
        new GetResourcesCommand({ restApiId: api.id }),
      );
      expect(items.map(({ path }) => path)).to.deep.equal(["/", "/z", "/z/b"]);
      expect(await errorOf(move(a, "/parentId", child))).to.deep.equal(
        bad("Resources cannot be cyclical."),
      );
      expect(await errorOf(move(a, "/other", "x"))).to.deep.equal(
        bad(
          "Invalid patch path  '/other' specified for op 'replace'. Must be one of: [/parentId, /pathPart]",
        ),
      );
      await gateway.client.send(new DeleteResourceCommand({ restApiId: api.id, resourceId: a }));
      const left = await gateway.client.send(new GetResourcesCommand({ restApiId: api.id }));
      expect(left.items).to.have.length(1);
    });

    it("contain their methods if the request embeds them", async () => {
      await api.method("GET /", mock());
      const send = (embed?: string[]) =>
        gateway.client.send(new GetResourcesCommand({ restApiId: api.id, embed }));
      expect((await send()).items?.[0].resourceMethods).to.deep.equal({ GET: {} });
      const [root] = (await send(["methods"])).items ?? [];
      expect(root.resourceMethods?.GET.methodIntegration?.type).to.equal("MOCK");
    });
  });
});
