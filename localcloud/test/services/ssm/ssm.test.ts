import { CreateKeyCommand, DisableKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  SSMClient,
  UnlabelParameterVersionCommand,
  type PutParameterCommandInput,
  type PutParameterCommandOutput,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { iam } from "../../../services/iam";
import { kms } from "../../../services/kms";
import { ssm } from "../../../services/ssm";
import { expectAwsError } from "../../support/expectAwsError";

describe("ssm parameters", () => {
  let cloud: Cloud;
  let client: SSMClient;
  let keys: KMSClient;

  beforeEach(async () => {
    cloud = await startCloud({ services: [iam, kms, ssm], clock: "manual" });
    const settings = {
      endpoint: cloud.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "root", secretAccessKey: "root" },
      maxAttempts: 1,
    };
    client = new SSMClient(settings);
    keys = new KMSClient(settings);
  });

  afterEach(async () => {
    client.destroy();
    keys.destroy();
    await cloud.close();
  });

  function put(
    Name: string,
    Value: string,
    more: Partial<PutParameterCommandInput> = {},
  ): Promise<PutParameterCommandOutput> {
    return client.send(new PutParameterCommand({ Name, Value, Type: "String", ...more }));
  }

  async function value(Name: string, WithDecryption = false): Promise<string | undefined> {
    const { Parameter } = await client.send(new GetParameterCommand({ Name, WithDecryption }));
    return Parameter?.Value;
  }

  it("are read by name and by ARN, which has a single slash", async () => {
    await put("/app/db", "one");
    await put("plain", "two");
    const { Parameter } = await client.send(new GetParameterCommand({ Name: "/app/db" }));
    expect(Parameter).to.deep.include({
      Name: "/app/db",
      Type: "String",
      Value: "one",
      Version: 1,
      DataType: "text",
      ARN: "arn:aws:ssm:us-east-1:123456789012:parameter/app/db",
    });
    expect(Parameter?.LastModifiedDate?.getTime()).to.be.closeTo(cloud.clock.now(), 60_000);
    expect(await value("arn:aws:ssm:us-east-1:123456789012:parameter/app/db")).to.equal("one");
    expect(await value("arn:aws:ssm:us-east-1:123456789012:parameter/plain")).to.equal("two");
  });

  it("have unique names unless they are overwritten", async () => {
    await put("/a", "1");
    await expectAwsError(
      put("/a", "2"),
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    );
    const answer = await put("/a", "2", { Overwrite: true, Type: undefined });
    expect(answer).to.include({ Version: 2, Tier: "Standard" });
    expect(await value("/a")).to.equal("2");
  });

  it("are reported with ParameterNotFound if missing", async () => {
    await expectAwsError(value("/none"), "ParameterNotFound");
    await expectAwsError(
      client.send(new DeleteParameterCommand({ Name: "/none" })),
      "ParameterNotFound",
    );
  });

  it("are refused with the reason for an invalid name", async () => {
    const rule =
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can ' +
      "consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, " +
      "numbers and the following 3 symbols .-_";
    await expectAwsError(put("/a b", "1"), "ValidationException", rule);
    await expectAwsError(put("/SSM/x", "1"), "ValidationException", rule);
    await expectAwsError(
      put("awsome", "1"),
      "ValidationException",
      'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
    );
    await expectAwsError(
      put("/aws/x", "1"),
      "AccessDeniedException",
      "No access to reserved parameter name: /aws/x.",
    );
    await expectAwsError(
      put("a/b", "1"),
      "ValidationException",
      "Parameter name must be a fully qualified name.",
    );
    await put(`/${Array.from({ length: 15 }, () => "x").join("/")}`, "1");
    await expectAwsError(
      put(`/${Array.from({ length: 16 }, () => "x").join("/")}`, "1"),
      "HierarchyLevelLimitExceededException",
    );
  });

  it("have a maximum size of 4096 bytes, advanced ones of 8192", async () => {
    await put("/four", "x".repeat(4096));
    await expectAwsError(put("/five", "x".repeat(4097)), "ValidationException");
    await expectAwsError(
      put("/nine", "x".repeat(8193), { Tier: "Advanced" }),
      "ValidationException",
    );
    const grown = await put("/eight", "x".repeat(8192), { Tier: "Intelligent-Tiering" });
    expect(grown.Tier).to.equal("Advanced");
    await expectAwsError(
      put("/eight", "x", { Tier: "Standard", Overwrite: true }),
      "ValidationException",
    );
  });

  it("must match their allowed pattern", async () => {
    await put("/digits", "42", { AllowedPattern: "^\\d+$" });
    await expectAwsError(
      put("/digits2", "4x", { AllowedPattern: "^\\d+$" }),
      "ParameterPatternMismatchException",
      "Parameter value, cannot be validated against allowedPattern: ^\\d+$",
    );
  });

  it("require a type when new and accept no tags with overwrite", async () => {
    await expectAwsError(
      put("/typeless", "1", { Type: undefined }),
      "ValidationException",
      "A parameter type is required when you create a parameter.",
    );
    await expectAwsError(
      put("/tagged", "1", { Overwrite: true, Tags: [{ Key: "a", Value: "b" }] }),
      "ValidationException",
    );
  });

  it("refuse unsupported options by name", async () => {
    await expectAwsError(
      put("/p", "1", { Tier: "Advanced", Policies: "[{}]" }),
      "ValidationException",
      "The local cloud does not implement ssm:PutParameter with Policies (parameter policies).",
    );
  });

  describe("of type SecureString", () => {
    it("are stored encrypted and decrypted on request, standard and advanced alike", async () => {
      await put("/secret", "hunter2", { Type: "SecureString" });
      const large = "s".repeat(5000);
      await put("/large", large, { Type: "SecureString", Tier: "Advanced" });
      expect(await value("/secret")).not.to.contain("hunter2");
      expect(await value("/secret", true)).to.equal("hunter2");
      // The base64 of encrypted bytes contains three of any letter now and then.
      expect(await value("/large")).not.to.contain("s".repeat(20));
      expect(await value("/large", true)).to.equal(large);
    });

    it("are bound to their ARN and to the caller, through KMS", async () => {
      const after = cloud.recorder.last;
      await put("/secret", "hunter2", { Type: "SecureString" });
      const [encrypt] = cloud.recorder.find({ service: "kms", after });
      expect(encrypt.operation).to.equal("Encrypt");
      expect(encrypt.principal).to.include({
        type: "root",
        viaService: "ssm.us-east-1.amazonaws.com",
      });
      expect(encrypt.input).to.deep.include({
        EncryptionContext: {
          PARAMETER_ARN: "arn:aws:ssm:us-east-1:123456789012:parameter/secret",
        },
      });
      expect(JSON.stringify(cloud.recorder.find({ after }))).not.to.contain("hunter2");
    });

    it("cannot be read while their own key is disabled", async () => {
      const { KeyMetadata } = await keys.send(new CreateKeyCommand({}));
      const KeyId = KeyMetadata?.KeyId;
      await put("/mine", "x", { Type: "SecureString", KeyId });
      await keys.send(new DisableKeyCommand({ KeyId }));
      await expectAwsError(value("/mine", true), "InvalidKeyId");
      expect(await value("/mine")).to.be.a("string");
    });

    it("refuse a key that does not exist", async () => {
      await expectAwsError(
        put("/mine", "x", { Type: "SecureString", KeyId: "alias/none" }),
        "InvalidKeyId",
      );
      await expectAwsError(value("/mine"), "ParameterNotFound");
    });
  });

  describe("versions and labels", () => {
    it("select an older value", async () => {
      await put("/v", "one");
      await put("/v", "two", { Overwrite: true });
      await client.send(
        new LabelParameterVersionCommand({ Name: "/v", ParameterVersion: 1, Labels: ["stable"] }),
      );
      expect(await value("/v:1")).to.equal("one");
      expect(await value("/v:stable")).to.equal("one");
      const { Parameter } = await client.send(new GetParameterCommand({ Name: "/v:stable" }));
      expect(Parameter).to.include({ Name: "/v", Selector: ":stable", Version: 1 });
      await expectAwsError(
        value("/v:9"),
        "ParameterVersionNotFound",
        "Systems Manager could not find version 9 of /v. Verify the version and try again.",
      );
    });

    it("move a label to the version that gets it, and report labels that cannot be", async () => {
      await put("/v", "one");
      await put("/v", "two", { Overwrite: true });
      const label = (ParameterVersion: number, Labels: string[]): Promise<unknown> =>
        client.send(new LabelParameterVersionCommand({ Name: "/v", ParameterVersion, Labels }));
      await label(1, ["live"]);
      const answer = await label(2, ["live", "1st", "aws-x"]);
      expect(answer).to.deep.include({ InvalidLabels: ["1st", "aws-x"], ParameterVersion: 2 });
      const { Parameters } = await client.send(new GetParameterHistoryCommand({ Name: "/v" }));
      expect(Parameters?.map((one) => [one.Value, one.Labels])).to.deep.equal([
        ["one", []],
        ["two", ["live"]],
      ]);
      const removed = await client.send(
        new UnlabelParameterVersionCommand({
          Name: "/v",
          ParameterVersion: 2,
          Labels: ["live", "gone"],
        }),
      );
      expect(removed).to.deep.include({ RemovedLabels: ["live"], InvalidLabels: ["gone"] });
    });

    it("are at most 100, and a labelled oldest one stops the 101st", async () => {
      await put("/many", "1");
      for (let version = 2; version <= 101; version++)
        await put("/many", `${version}`, { Overwrite: true });
      await expectAwsError(value("/many:1"), "ParameterVersionNotFound");
      expect(await value("/many:2")).to.equal("2");
      await client.send(
        new LabelParameterVersionCommand({ Name: "/many", ParameterVersion: 2, Labels: ["keep"] }),
      );
      await expectAwsError(
        put("/many", "102", { Overwrite: true }),
        "ParameterMaxVersionLimitExceeded",
      );
    });
  });

  describe("in numbers", () => {
    beforeEach(async () => {
      for (const name of ["/a/one", "/a/two", "/a/deep/three", "/ab/four", "five"])
        await put(name, name, { Description: `about ${name}` });
    });

    async function byPath(Path: string, Recursive: boolean): Promise<(string | undefined)[]> {
      const names: (string | undefined)[] = [];
      let NextToken: string | undefined;
      do {
        const answer = await client.send(
          new GetParametersByPathCommand({ Path, Recursive, MaxResults: 2, NextToken }),
        );
        names.push(...(answer.Parameters ?? []).map((one) => one.Name));
        NextToken = answer.NextToken;
      } while (NextToken);
      return names;
    }

    it("are found under a path, one level or all of them, in pages", async () => {
      expect(await byPath("/a", false)).to.deep.equal(["/a/one", "/a/two"]);
      expect(await byPath("/a/", true)).to.deep.equal(["/a/deep/three", "/a/one", "/a/two"]);
      expect(await byPath("/", true)).to.have.length(5);
      expect(await byPath("/nothing", true)).to.deep.equal([]);
      await expectAwsError(byPath("a", true), "ValidationException");
    });

    it("are read by name, and the missing ones listed", async () => {
      const answer = await client.send(
        new GetParametersCommand({ Names: ["/a/one", "/x", "five"] }),
      );
      expect(answer.Parameters?.map((one) => one.Value)).to.deep.equal(["/a/one", "five"]);
      expect(answer.InvalidParameters).to.deep.equal(["/x"]);
      const Names = Array.from({ length: 11 }, (_, index) => `/n${index}`);
      await expectAwsError(client.send(new GetParametersCommand({ Names })), "ValidationException");
    });

    it("are described by filter, without their values", async () => {
      const describe = async (filter: {
        Key: string;
        Option?: string;
        Values: string[];
      }): Promise<(string | undefined)[]> => {
        const input = { ParameterFilters: [filter] };
        const { Parameters } = await client.send(new DescribeParametersCommand(input));
        expect(JSON.stringify(Parameters)).not.to.contain('"Value"');
        return (Parameters ?? []).map((one) => one.Name);
      };
      expect(await describe({ Key: "Name", Values: ["/a/one"] })).to.deep.equal(["/a/one"]);
      expect(await describe({ Key: "Name", Option: "BeginsWith", Values: ["/ab"] })).to.deep.equal([
        "/ab/four",
      ]);
      expect(await describe({ Key: "Name", Option: "Contains", Values: ["deep"] })).to.deep.equal([
        "/a/deep/three",
      ]);
      expect(await describe({ Key: "Path", Option: "Recursive", Values: ["/a"] })).to.have.length(
        3,
      );
      await expectAwsError(describe({ Key: "Colour", Values: ["red"] }), "InvalidFilterKey");
    });

    it("are deleted together, and the missing ones listed", async () => {
      const answer = await client.send(new DeleteParametersCommand({ Names: ["/a/one", "/x"] }));
      expect(answer.DeletedParameters).to.deep.equal(["/a/one"]);
      expect(answer.InvalidParameters).to.deep.equal(["/x"]);
      await expectAwsError(value("/a/one"), "ParameterNotFound");
    });

    it("carry tags that can be filtered by", async () => {
      const resource = { ResourceType: "Parameter" as const, ResourceId: "/a/one" };
      await client.send(
        new AddTagsToResourceCommand({
          ...resource,
          Tags: [
            { Key: "team", Value: "red" },
            { Key: "old", Value: "" },
          ],
        }),
      );
      await client.send(new RemoveTagsFromResourceCommand({ ...resource, TagKeys: ["old"] }));
      const { TagList } = await client.send(new ListTagsForResourceCommand(resource));
      expect(TagList).to.deep.equal([{ Key: "team", Value: "red" }]);
      const { Parameters } = await client.send(
        new DescribeParametersCommand({
          ParameterFilters: [{ Key: "tag:team", Values: ["red"] }],
        }),
      );
      expect(Parameters?.map((one) => one.Name)).to.deep.equal(["/a/one"]);
      await expectAwsError(
        client.send(new ListTagsForResourceCommand({ ...resource, ResourceId: "/x" })),
        "InvalidResourceId",
      );
    });
  });
});
