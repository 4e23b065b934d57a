import { get, isGiven, list, type PolicyResource, type Rule, asBlock, textOf } from "../rule";
import { isCredential } from "./credentials";

const CLUSTER = "aws:ecs/cluster:Cluster";
const SERVICE = "aws:ecs/service:Service";
const TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";

export const ecsRules: readonly Rule[] = [
  {
    ids: ["AwsSolutions-ECS2"],
    requires:
      "Anyone who may describe a task definition reads its environment; give credentials as secrets of the container.",
    types: [TASK_DEFINITION],
    check: (task) =>
      containers(task).flatMap((container) =>
        entries(container, "environment")
          .filter(({ name, value }) => isCredential(String(name), value))
          .map(
            ({ name }) =>
              `environment variable ${textOf(name)} of ${textOf(container.name)} holds a credential`,
          ),
      ),
  },
  {
    ids: ["AwsSolutions-ECS4", "CKV_AWS_65"],
    requires:
      "A cluster measures its tasks, or nobody sees why one dies; set containerInsights to enabled or enhanced.",
    types: [CLUSTER],
    check: (cluster) =>
      list(cluster, "settings").some(
        (setting) =>
          Reflect.get(Object(setting), "name") === "containerInsights" &&
          ["enabled", "enhanced"].includes(String(Reflect.get(Object(setting), "value"))),
      )
        ? []
        : ["containerInsights is off"],
  },
  {
    ids: ["AwsSolutions-ECS7"],
    requires:
      "A container's output is kept when it is gone; give every container a logConfiguration.",
    types: [TASK_DEFINITION],
    check: (task) =>
      containers(task)
        .filter((container) => !container.logConfiguration)
        .map(({ name }) => `container ${textOf(name)} has no logConfiguration`),
  },
  {
    ids: ["CKV_AWS_97"],
    requires: "Files travel to a task encrypted; set transitEncryption to ENABLED.",
    types: [TASK_DEFINITION],
    check: (task) =>
      list(task, "volumes")
        .map((volume) => asBlock(volume).efsVolumeConfiguration)
        .filter((efs) => efs && asBlock(efs).transitEncryption !== "ENABLED")
        .map(() => "a volume on EFS is read without TLS"),
  },
  {
    ids: ["CKV_AWS_249"],
    requires:
      "What starts a task (pulls images, reads secrets) is not what its code may do; use two roles.",
    types: [TASK_DEFINITION],
    check: (task) => {
      const given = ["executionRoleArn", "taskRoleArn"].every((role) => isGiven(task, role));
      if (!given || get(task, "executionRoleArn") !== get(task, "taskRoleArn")) return [];
      return ["executionRoleArn and taskRoleArn are the same role"];
    },
  },
  {
    ids: ["CKV_AWS_332"],
    requires:
      "Fargate runs its newest platform, with its fixes; leave out platformVersion or set LATEST.",
    types: [SERVICE],
    check: (service) => {
      const version = textOf(get(service, "platformVersion"));
      return ["", "LATEST"].includes(version) ? [] : [`it is held at platform version ${version}`];
    },
  },
  {
    ids: ["CKV_AWS_333"],
    requires:
      "Tasks are reached through a load balancer, not by addresses of their own; leave assignPublicIp off.",
    types: [SERVICE],
    check: (service) =>
      get(service, "networkConfiguration.assignPublicIp") === true
        ? ["its tasks have public addresses"]
        : [],
  },
  {
    ids: ["CKV_AWS_334"],
    requires: "A container is not root of its host; leave privileged off.",
    types: [TASK_DEFINITION],
    check: (task) =>
      containers(task)
        .filter(({ privileged }) => privileged === true)
        .map(({ name }) => `container ${textOf(name)} is privileged`),
  },
  {
    ids: ["CKV_AWS_335"],
    requires: "A task does not see the processes of its host; leave out pidMode host.",
    types: [TASK_DEFINITION],
    check: (task) => (get(task, "pidMode") === "host" ? ["pidMode is host"] : []),
  },
];

type Container = Readonly<Record<string, unknown>>;

function containers(task: PolicyResource): Container[] {
  const text = get(task, "containerDefinitions");
  return text === undefined ? [] : (JSON.parse(textOf(text)) as Container[]);
}

function entries(container: Container, property: string): Container[] {
  const value = container[property];
  return Array.isArray(value) ? value.map(asBlock) : [];
}
