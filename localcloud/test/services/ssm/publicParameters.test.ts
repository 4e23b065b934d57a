import { EC2Client, RunInstancesCommand } from "@aws-sdk/client-ec2";
import {
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  type Parameter,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";

const LINUX = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64";
const ECS = "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended";

describe("AWS's public ssm parameters", () => {
  let cloud: Cloud;
  let client: SSMClient;

  before(async () => {
    cloud = await startCloud({ clock: "manual" });
    client = new SSMClient(connection());
  });
  after(async () => {
    client.destroy();
    await cloud.close();
  });

  function connection() {
    const credentials = { accessKeyId: "root", secretAccessKey: "root" };
    return { endpoint: cloud.endpoint, region: "us-east-1", maxAttempts: 1, credentials };
  }

  async function read(Name: string): Promise<Parameter | undefined> {
    return (await client.send(new GetParameterCommand({ Name }))).Parameter;
  }

  it("are image ids, by name and by an ARN without an account", async () => {
    const found = await read(LINUX);
    expect(found).to.include({ Name: LINUX, Type: "String", DataType: "aws:ec2:image" });
    expect(found?.Value).to.match(/^ami-0[0-9a-f]{16}$/);
    expect(found?.ARN).to.equal(`arn:aws:ssm:us-east-1::parameter${LINUX}`);
    expect((await read(String(found?.ARN)))?.Value).to.equal(found?.Value);
    const Names = [`${ECS}/image_id`, "/aws/service/ecs/no-image"];
    const both = await client.send(new GetParametersCommand({ Names }));
    expect(both.Parameters?.map(({ Name }) => Name)).to.deep.equal(Names.slice(0, 1));
    expect(both.InvalidParameters).to.deep.equal(Names.slice(1));
  });

  it("describe an ECS-optimized image as JSON, with its name and the id that its own parameter has", async () => {
    const { image_id, image_name } = JSON.parse((await read(ECS))?.Value ?? "") as {
      image_id: string;
      image_name: string;
    };
    expect(image_id).to.equal((await read(`${ECS}/image_id`))?.Value);
    expect(image_name).to.match(/^al2023-ami-ecs-hvm-2023\.0\.\d{8}-kernel-6\.1-x86_64$/);
  });

  it("are the images with which instances launch that name the parameter", async () => {
    const ec2 = new EC2Client(connection());
    const ImageId = `resolve:ssm:${LINUX}`;
    const InstanceType = "t4g.small";
    const launch = new RunInstancesCommand({ ImageId, InstanceType, MinCount: 1, MaxCount: 1 });
    const { Instances = [] } = await ec2.send(launch);
    ec2.destroy();
    expect(Instances[0]?.ImageId).to.equal((await read(LINUX))?.Value);
  });

  it("are readable with a statement on their ARN only", async () => {
    const session = async (name: string, Resource: string): Promise<SSMClient> => {
      const statements = [{ Effect: "Allow", Action: "ssm:GetParameter", Resource }];
      const credentials = await roleSession(cloud, name, statements);
      return new SSMClient({ ...connection(), credentials });
    };
    const one = await session("reader", "arn:aws:ssm:us-east-1::parameter/aws/service/*");
    const command = new GetParameterCommand({ Name: LINUX });
    expect((await one.send(command)).Parameter?.Name).to.equal(LINUX);
    const other = await session("other", "arn:aws:ssm:us-east-1:123456789012:parameter/*");
    await expectAwsError(other.send(command), "AccessDeniedException");
    for (const each of [one, other]) each.destroy();
  });

  it("cannot be written, and are not listed", async () => {
    const write = new PutParameterCommand({ Name: LINUX, Value: "ami-1", Type: "String" });
    await expectAwsError(client.send(write), "AccessDeniedException");
    const list = new GetParametersByPathCommand({ Path: "/aws/service/ami-amazon-linux-latest" });
    await expectAwsError(client.send(list), "NotImplemented");
  });
});
