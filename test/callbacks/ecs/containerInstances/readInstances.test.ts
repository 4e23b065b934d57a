import type { ECSClient } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { readInstances } from "../../../../callbacks/ecs/containerInstances/readInstances";
import { Sdk } from "../../../../localcloud/test/codec/wire";

const ARN = "arn:aws:ecs:us-east-1:123456789012:container-instance/demo";

/** Creates a client that returns an answer for each operation. */
function ecsWith(answers: Record<string, object>): ECSClient {
  const client: unknown = new Sdk("ecs").client(({ headers }) => ({
    status: 200,
    headers: { "content-type": "application/x-amz-json-1.1" },
    body: JSON.stringify(answers[headers["x-amz-target"].split(".")[1]]),
  }));
  return client as ECSClient;
}

describe("the container instances of a cluster", () => {
  it("include only those of EC2: an ECS Anywhere machine has no room for their tasks", async () => {
    const one = (id: string, ec2InstanceId: string) => ({
      containerInstanceArn: `${ARN}/${id}`,
      ec2InstanceId,
      status: "ACTIVE",
      agentConnected: true,
    });
    const ecs = ecsWith({
      ListContainerInstances: { containerInstanceArns: [`${ARN}/a`, `${ARN}/b`] },
      DescribeContainerInstances: {
        containerInstances: [one("a", "i-0123456789abcdef0"), one("b", "mi-0123456789abcdef0")],
      },
      ListTasks: { taskArns: [] },
    });
    const found = await readInstances({ ecs, interfacesOf: () => Promise.resolve(0) }, "demo", () =>
      Promise.resolve(new Set<string>()),
    );
    expect([...found.keys()]).to.deep.equal(["i-0123456789abcdef0"]);
  });
});
