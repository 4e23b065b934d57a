import {
  CopyImageCommand,
  CreateImageCommand,
  type CreateImageCommandInput,
  CreateTagsCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeTagsCommand,
  EC2Client,
  RunInstancesCommand,
  type _InstanceType,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { PUBLIC_IMAGES } from "../../../core/publicImages";
import { expectAwsError } from "../../support/expectAwsError";
import { roleSession } from "../../support/roleSession";
import { AMI, connection, Ec2Cloud } from "./ec2Cloud";

const ARM = PUBLIC_IMAGES.find(({ architecture }) => architecture === "arm64")?.id ?? "";

describe("EC2 images of the account", () => {
  let c: Ec2Cloud;
  beforeEach(async () => (c = await Ec2Cloud.start()));
  afterEach(() => c.stop());

  async function launch(ImageId: string, InstanceType: _InstanceType = "t3.micro") {
    const request = { ImageId, InstanceType, MinCount: 1, MaxCount: 1 };
    const { Instances: [made] = [] } = await c.client.send(new RunInstancesCommand(request));
    return made.InstanceId ?? "";
  }

  async function create(Name: string, more: Partial<CreateImageCommandInput> = {}) {
    const InstanceId = more.InstanceId ?? (await launch(AMI));
    const input = { Name, ...more, InstanceId };
    return (await c.client.send(new CreateImageCommand(input))).ImageId ?? "";
  }

  const own = async () =>
    (await c.client.send(new DescribeImagesCommand({ Owners: ["self"] }))).Images ?? [];
  const deregister = (ImageId: string) => c.client.send(new DeregisterImageCommand({ ImageId }));

  it("are made of an instance, with its image as their source, and found by owner, id and tag", async () => {
    const InstanceId = await launch(ARM, "t4g.small");
    const Tags = [{ Key: "team", Value: "web" }];
    const TagSpecifications = [{ ResourceType: "image" as const, Tags }];
    const id = await create("web 1 [arm]", { InstanceId, Description: "first", TagSpecifications });
    const [image, ...others] = await own();
    expect(others).to.deep.equal([]);
    expect(image).to.deep.include({
      ImageId: id,
      Name: "web 1 [arm]",
      Description: "first",
      Architecture: "arm64",
      SourceInstanceId: InstanceId,
      SourceImageId: ARM,
      Public: false,
      State: "available",
      Tags,
    });
    expect(image.ImageOwnerAlias).to.equal(undefined);
    const Filters = [{ Name: "tag:team", Values: ["web"] }];
    for (const input of [{ ImageIds: [id] }, { Filters }])
      expect((await c.client.send(new DescribeImagesCommand(input))).Images).to.deep.equal([image]);
    await expectAwsError(launch(id, "t3.micro"), "InvalidParameterValue");
    expect(await launch(id, "t4g.small")).to.match(/^i-/);
  });

  it("have names that no other image of the account has, of the characters that AWS allows", async () => {
    const id = await create("web");
    const used = `AMI name web is already in use by AMI ${id}`;
    await expectAwsError(create("web"), "InvalidAMIName.Duplicate", used);
    for (const name of ["ab", "a".repeat(129), "web:1"])
      await expectAwsError(create(name), "InvalidAMIName.Malformed");
  });

  it("start no instance once they are deregistered, while other ids stay images that the user may have", async () => {
    const id = await create("web");
    await c.launchTemplate("web", { ImageId: id });
    await deregister(id);
    const missing = `The image id '[${id}]' does not exist`;
    await expectAwsError(launch(id), "InvalidAMIID.NotFound", missing);
    await expectAwsError(deregister(id), "InvalidAMIID.NotFound", missing);
    const template = { LaunchTemplateName: "web" };
    const run = new RunInstancesCommand({ LaunchTemplate: template, MinCount: 1, MaxCount: 1 });
    await expectAwsError(c.client.send(run), "InvalidAMIID.NotFound", missing);
    // A launch template is created with any image: the image is looked up when something is launched.
    await c.launchTemplate("another", { ImageId: id });
    expect(await launch(AMI)).to.match(/^i-/);
    expect(await own()).to.deep.equal([]);
    await create("web");
  });

  it("are copied from public images and own ones, and public images cannot be deregistered", async () => {
    const copy = async (SourceImageId: string) => {
      const input = { Name: `copy of ${SourceImageId}`, SourceImageId, SourceRegion: "us-east-1" };
      return (await c.client.send(new CopyImageCommand(input))).ImageId ?? "";
    };
    const first = await copy(ARM);
    const second = await copy(first);
    expect((await own()).find(({ ImageId }) => ImageId === second)).to.deep.include({
      Architecture: "arm64",
      SourceImageId: first,
      SourceImageRegion: "us-east-1",
    });
    const missing = `The image id '[${AMI}]' does not exist`;
    await expectAwsError(copy(AMI), "InvalidAMIID.NotFound", missing);
    await expectAwsError(deregister(ARM), "AuthFailure", `Not authorized for image:${ARM}`);
  });

  it("have tags that can be changed", async () => {
    const id = await create("web");
    const Tags = [{ Key: "stage", Value: "prod" }];
    await c.client.send(new CreateTagsCommand({ Resources: [id], Tags }));
    const { Tags: found } = await c.client.send(new DescribeTagsCommand({}));
    const tag = { Key: "stage", Value: "prod", ResourceId: id, ResourceType: "image" };
    expect(found).to.deep.equal([tag]);
  });

  it("need permissions for the instance, the image and its tags", async () => {
    const InstanceId = await launch(AMI);
    const image = "arn:aws:ec2:us-east-1::image/*";
    const instance = `arn:aws:ec2:us-east-1:*:instance/${InstanceId}`;
    const TagSpecifications = [
      { ResourceType: "image" as const, Tags: [{ Key: "team", Value: "web" }] },
    ];
    const createAs = async (name: string, Resource: string[], Action: string[]) => {
      const statements = [{ Effect: "Allow", Action, Resource }];
      const credentials = await roleSession(c.cloud, name, statements);
      const client = new EC2Client({ ...connection(c.cloud), credentials });
      const command = new CreateImageCommand({ InstanceId, Name: name, TagSpecifications });
      return client.send(command).finally(() => client.destroy());
    };
    const [creates, tags] = ["ec2:CreateImage", "ec2:CreateTags"];
    const denied: [string, string[], string[]][] = [
      ["no-image", [instance], [creates, tags]],
      ["no-instance", [image], [creates, tags]],
      ["no-tags", [image, instance], [creates]],
    ];
    for (const one of denied) await expectAwsError(createAs(...one), "UnauthorizedOperation");
    const { ImageId } = await createAs("all", [image, instance], [creates, tags]);
    expect(ImageId).to.match(/^ami-/);
  });
});
