import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { iam } from "../../../services/iam";
import { kms } from "../../../services/kms";
import { ssm } from "../../../services/ssm";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";

const ARN = "arn:aws:ssm:us-east-1:123456789012:parameter";

describe("access to ssm parameters", () => {
  let cloud: Cloud;
  let root: SSMClient;
  let keyArn: string;

  before(async () => {
    cloud = await startCloud({ services: [iam, kms, ssm], clock: "manual" });
    const credentials = { accessKeyId: "root", secretAccessKey: "root" };
    const settings = { endpoint: cloud.endpoint, region: "us-east-1", credentials };
    root = new SSMClient(settings);
    const keys = new KMSClient(settings);
    keyArn = String((await keys.send(new CreateKeyCommand({}))).KeyMetadata?.Arn);
    keys.destroy();
    const put = (
      Name: string,
      more: { Type: "String" | "SecureString"; KeyId?: string },
    ): unknown => root.send(new PutParameterCommand({ Name, Value: `value of ${Name}`, ...more }));
    await put("/app/plain", { Type: "String" });
    await put("/app/secret", { Type: "SecureString" });
    await put("/app/mine", { Type: "SecureString", KeyId: keyArn });
    await put("/other/plain", { Type: "String" });
  });

  after(async () => {
    root.destroy();
    await cloud.close();
  });

  async function roleClient(roleName: string, statements: object[]): Promise<SSMClient> {
    return new SSMClient({
      endpoint: cloud.endpoint,
      region: "us-east-1",
      maxAttempts: 1,
      credentials: await roleSession(cloud, roleName, statements),
    });
  }

  function allow(Action: string | string[], Resource: string): object {
    return { Effect: "Allow", Action, Resource };
  }

  it("is granted by ARN without a double slash, whichever way the parameter is named", async () => {
    const client = await roleClient("one", [allow("ssm:GetParameter", `${ARN}/app/plain`)]);
    for (const Name of ["/app/plain", "/app/plain:1", `${ARN}/app/plain`])
      expect((await client.send(new GetParameterCommand({ Name }))).Parameter?.Value).to.equal(
        "value of /app/plain",
      );
    await expectAwsError(
      client.send(new GetParameterCommand({ Name: "/other/plain" })),
      "AccessDeniedException",
    );
    await expectAwsError(
      client.send(new GetParametersCommand({ Names: ["/app/plain"] })),
      "AccessDeniedException",
    );
    client.destroy();
  });

  it("requires permission for each of several parameters, and for the path itself", async () => {
    const client = await roleClient("path", [
      allow("ssm:GetParameters", `${ARN}/app/*`),
      allow("ssm:GetParametersByPath", `${ARN}/app`),
    ]);
    const both = new GetParametersCommand({ Names: ["/app/plain", "/other/plain"] });
    await expectAwsError(client.send(both), "AccessDeniedException");
    const { Parameters } = await client.send(new GetParametersByPathCommand({ Path: "/app/" }));
    expect(Parameters).to.have.length(3);
    await expectAwsError(
      client.send(new GetParametersByPathCommand({ Path: "/other" })),
      "AccessDeniedException",
    );
    client.destroy();
  });

  it("decrypts secrets under the default key, and those under another key only with kms:Decrypt", async () => {
    const reader = await roleClient("reader", [allow("ssm:GetParameter", `${ARN}/app/*`)]);
    const get = (Name: string): GetParameterCommand =>
      new GetParameterCommand({ Name, WithDecryption: true });
    expect((await reader.send(get("/app/secret"))).Parameter?.Value).to.equal(
      "value of /app/secret",
    );
    await expectAwsError(reader.send(get("/app/mine")), "AccessDeniedException");
    reader.destroy();
    const decrypter = await roleClient("decrypter", [
      allow("ssm:GetParameter", `${ARN}/app/*`),
      {
        ...allow("kms:Decrypt", keyArn),
        Condition: {
          StringEquals: {
            "kms:EncryptionContext:PARAMETER_ARN": `${ARN}/app/mine`,
            "kms:ViaService": "ssm.us-east-1.amazonaws.com",
          },
        },
      },
    ]);
    expect((await decrypter.send(get("/app/mine"))).Parameter?.Value).to.equal(
      "value of /app/mine",
    );
    decrypter.destroy();
  });
});
