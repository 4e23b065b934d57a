import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { EcsClusterScaler, type EcsClusterScalerArgs } from "../../../../components";
import { groupProblem } from "../../../../components/ecs/ecsClusterScaler/scaledGroup";
import { componentGraph } from "../../../support/graph/componentGraph";
import { acceptedBy, ACCOUNT, REGION } from "../../../support/graph/pulumiMocks";
import { itRefuses, type Refusal } from "../../../support/graph/refusals";

const GROUP = { minSize: 0, maxSize: 10, launchTemplate: { id: "lt-1" } };

interface Document {
  Statement: { Sid?: string; Action: string[]; Resource: string[] }[];
}

describe("EcsClusterScaler", function () {
  this.timeout(60_000);
  const graph = (args: Partial<EcsClusterScalerArgs> = {}) =>
    componentGraph(() => {
      const group = new aws.autoscaling.Group("nodes", { ...GROUP, name: "nodes" });
      const given = { cluster: "demo", group, min: 1, max: 6, alarmActions: [] };
      return new EcsClusterScaler("web", { ...given, ...args });
    });

  it("creates one function, its table, a tick, a rule for events of services, and its alarms", async () => {
    const resources = await graph();
    const ofType = (type: string): string[] =>
      resources.filter((one) => one.type === type).map(({ name }) => name);
    expect(ofType("aws:lambda/function:Function")).to.deep.equal(["web"]);
    expect(ofType("aws:dynamodb/table:Table")).to.deep.equal(["web-decisions"]);
    expect(ofType("aws:cloudwatch/eventRule:EventRule")).to.have.members([
      "web-tick",
      "web-slow-tick",
      "web-unplaced",
    ]);
    expect(ofType("aws:cloudwatch/metricAlarm:MetricAlarm")).to.have.members([
      "web-errors",
      "web-failures",
      "web-cpu-high",
      "web-cpu-low",
      "web-memory-high",
      "web-memory-low",
      "web-no-capacity",
    ]);
    const rule = resources.find(({ name }) => name === "web-unplaced")?.props;
    expect(JSON.parse(String(rule?.eventPattern))).to.deep.equal({
      source: ["aws.ecs"],
      "detail-type": ["ECS Service Action"],
      detail: {
        eventName: ["SERVICE_TASK_PLACEMENT_FAILURE", "SERVICE_STEADY_STATE"],
        clusterArn: [`arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/demo`],
      },
    });
  });

  it("alarms on the reservations of the cluster, above its target and below nine tenths of it", async () => {
    const resources = await graph();
    const alarm = (name: string): Record<string, unknown> =>
      resources.find((one) => one.name === name && one.type.endsWith("MetricAlarm"))?.props ?? {};
    expect(alarm("web-cpu-high")).to.deep.include({
      namespace: "AWS/ECS",
      metricName: "CPUReservation",
      dimensions: { ClusterName: "demo" },
      threshold: 90,
    });
    expect(alarm("web-memory-low")).to.deep.include({
      metricName: "MemoryReservation",
      threshold: 81,
      evaluationPeriods: 10,
    });
  });

  it("grants one group and the instances of one cluster, and in the mode observe only reading", async () => {
    const statements = async (args: Partial<EcsClusterScalerArgs>) => {
      const policy = (await graph(args)).find(
        ({ type }) => type === "aws:iam/rolePolicy:RolePolicy",
      );
      return (JSON.parse(String(policy?.props.policy)) as Document).Statement;
    };
    const acting = await statements({});
    const scale = acting.find(({ Sid }) => Sid === "Scale");
    expect(scale?.Resource).to.deep.equal([
      `arn:aws:autoscaling:${REGION}:${ACCOUNT}:autoScalingGroup:*:autoScalingGroupName/nodes`,
    ]);
    const drain = acting.find(({ Sid }) => Sid === "Drain");
    expect(drain?.Resource).to.deep.equal([
      `arn:aws:ecs:${REGION}:${ACCOUNT}:container-instance/demo/*`,
    ]);
    const observing = (await statements({ mode: "observe" })).flatMap(({ Action }) => Action);
    expect(observing.filter((action) => /:(Set|Update|Terminate)/.test(action))).to.deep.equal([
      "dynamodb:UpdateItem",
    ]);
  });

  const wrong: Refusal<EcsClusterScalerArgs>[] = [
    [{ cluster: 5 as unknown as string }, "cluster: given 5; give the cluster or its name."],
    [{ group: {} as unknown as string }, "group: given an object; give the group or its name."],
    [{ scaleIn: null as never }, /^scaleIn: given null; give an object with below, steps/],
    [{ min: 7 }, "min: given 7; allowed is at most max, which is 6."],
    [{ max: 1.5 }, /^max: given 1.5; allowed are whole instances from 1 to 5000/],
    [{ group: undefined }, "group: given undefined; give the group or its name."],
    [{ target: 0 }, "target: given 0; allowed is a number above 0."],
    [{ target: 120 }, "target: given 120; allowed is at most 100 %."],
    [{ spare: -1 }, /^spare: given -1/],
    [{ drainTimeout: 30 }, /^drainTimeout: given 30/],
    [
      { scaleOut: { above: 70, period: 20 } },
      "scaleOut.period: given 20; ECS publishes a cluster's metrics every 60 seconds.",
    ],
    [
      { target: 50, scaleIn: { below: 60 } },
      /^scaleIn.below: given 60; allowed is below scaleOut.above, which is 50/,
    ],
    [{ cooldown: 5 } as object, /^cooldown: given "cooldown"; allowed names are/],
  ];
  const given = { cluster: "demo", group: "nodes", min: 1, max: 6, alarmActions: [] };
  itRefuses((args) => new EcsClusterScaler("web", { ...given, ...args }), wrong);

  it("refuses a group that ECS manages, and bounds that the group does not allow", () => {
    const facts = { name: "nodes", minSize: 1, maxSize: 5, tagKeys: ["team"] };
    const bounds = { min: 1, max: 5 };
    expect(groupProblem(facts, bounds)).to.equal(undefined);
    expect(groupProblem({ ...facts, tagKeys: ["AmazonECSManaged"] }, bounds)).to.match(
      /^group: nodes has the tag AmazonECSManaged: a capacity provider of ECS scales it/,
    );
    expect(groupProblem(facts, { min: 0, max: 5 })).to.match(/^min: given 0; nodes keeps at least/);
    expect(groupProblem(facts, { min: 1, max: 6 })).to.match(/^max: given 6; nodes has at most/);
  });

  /** Returns the result of a program with a scaler of the group `nodes`, and then a capacity provider of this group. */
  async function besideProvider(status: string, autoScalingGroupArn: string): Promise<string> {
    const { scaledGroup } = await import("../../../../components/ecs/ecsClusterScaler/scaledGroup");
    return acceptedBy(() => {
      const group = new aws.autoscaling.Group("nodes", { ...GROUP, name: "nodes" });
      const self = new pulumi.ComponentResource("test:index:Self", "self");
      const scaled = scaledGroup(self, { cluster: "demo", group, min: 1, max: 6 });
      const autoScalingGroupProvider = { autoScalingGroupArn, managedScaling: { status } };
      new aws.ecs.CapacityProvider("theirs", { name: "theirs", autoScalingGroupProvider });
      return scaled.group;
    });
  }

  it("refuses a group that a capacity provider of the same program scales", async () => {
    const arn = `arn:aws:autoscaling:${REGION}:${ACCOUNT}:autoScalingGroup:u:autoScalingGroupName/`;
    expect(await besideProvider("ENABLED", `${arn}nodes`)).to.match(
      /^group: nodes is scaled by the capacity provider theirs of this program/,
    );
    expect(await besideProvider("ENABLED", "nodes")).to.match(/^group: nodes is scaled by/);
    expect(await besideProvider("DISABLED", `${arn}nodes`)).to.equal("accepted nodes");
    expect(await besideProvider("ENABLED", `${arn}other-nodes`)).to.equal("accepted nodes");
  });
});
