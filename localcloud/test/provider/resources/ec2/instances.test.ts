import { expect } from "chai";
import type { Ec2Store } from "../../../../services/ec2/store";
import { describeLifecycle, ProviderBench } from "../../../support/resourceLifecycle";

const PUBLIC_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBGDBdUzmy5I3ib4EnlgYeZ+A50pMUFntMk2VNzco8vw me@home";

describeLifecycle({
  type: "aws:ec2/keyPair:KeyPair",
  inputs: () => ({ publicKey: PUBLIC_KEY, tags: { a: "1" } }),
  updates: [{ tags: { b: "2" } }],
  replaces: [{ publicKey: PUBLIC_KEY.replace("me@home", "you@home") }],
  untold: ["publicKey"],
});

async function makeRole(bench: ProviderBench): Promise<string> {
  const Statement = {
    Effect: "Allow",
    Principal: { Service: "ec2.amazonaws.com" },
    Action: "sts:AssumeRole",
  };
  const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement });
  return (await bench.make("aws:iam/role:Role", { assumeRolePolicy })).id;
}

describeLifecycle({
  type: "aws:iam/instanceProfile:InstanceProfile",
  inputs: async (bench) => ({ role: await makeRole(bench), tags: { a: "1" } }),
  updates: [{ tags: { b: "2" } }, { role: undefined }],
  replaces: [{ path: "/hosts/" }],
});

const MACHINE = { ami: "ami-0123456789abcdef0", instanceType: "t3.micro" };

describeLifecycle({
  type: "aws:ec2/instance:Instance",
  async inputs(bench) {
    const { id: vpcId } = await bench.make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
    const place = { vpcId, cidrBlock: "10.0.1.0/24", availabilityZone: "eu-central-1b" };
    const subnet = await bench.make("aws:ec2/subnet:Subnet", place);
    const group = await bench.make("aws:ec2/securityGroup:SecurityGroup", { vpcId });
    return {
      ...MACHINE,
      subnetId: subnet.id,
      vpcSecurityGroupIds: [group.id],
      sourceDestCheck: false,
      userData: "#!/bin/sh",
      metadataOptions: { httpTokens: "required" },
      tags: { a: "1" },
    };
  },
  updates: [{ sourceDestCheck: true }, { tags: { b: "2" } }],
  replaces: [{ ami: "ami-0fedcba9876543210" }, { subnetId: "subnet-1" }],
  untold: ["userData", "metadataOptions"],
});

describe("an instance in a program", () => {
  it("is stopped for a change of its type and script, and starts again", async () => {
    const bench = await ProviderBench.start();
    try {
      const type = "aws:ec2/instance:Instance";
      const made = await bench.make(type, MACHINE);
      await bench.cloud.clock.advance(180_000);
      const news = bench.check(type, { ...MACHINE, instanceType: "t3.small", userData: "true" });
      const outputs = await bench.core.update(type, made.id, news, made.inputs);
      expect(outputs).to.include({ instanceType: "t3.small", instanceState: "pending" });
      const { instances } = bench.cloud.registry
        .named("ec2")
        ?.store("eu-central-1", bench.cloud) as Ec2Store;
      expect(atob(instances.get(made.id)?.userData ?? "")).to.equal("true");
    } finally {
      await bench.stop();
    }
  });
});
