import { describeLifecycle, type ProviderBench } from "../support/resourceLifecycle";

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
