import type { ContainerInstance as Description, Resource } from "@aws-sdk/client-ecs";
import { type ContainerInstance, tagList, type TaskSize } from "../model";
import { remaining, tasksOn } from "./placement";

/** Returns the container instance as DescribeContainerInstances shows it. */
export function describeInstance(instance: ContainerInstance): Description {
  const tasks = tasksOn(instance.cluster, instance.id);
  const running = tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").length;
  const ending = tasks.filter(({ desiredStatus }) => desiredStatus === "STOPPED").length;
  return {
    containerInstanceArn: instance.arn,
    ec2InstanceId: instance.ec2InstanceId,
    version: instance.version,
    versionInfo: {
      agentVersion: "1.99.0",
      agentHash: "0c0ffee0",
      dockerVersion: "DockerVersion: 25.0.8",
    },
    remainingResources: resources(remaining(instance)),
    registeredResources: resources(instance.registered),
    status: instance.status,
    agentConnected: instance.agentConnected,
    runningTasksCount: running,
    pendingTasksCount: tasks.length - running - ending,
    registeredAt: instance.registeredAt,
    attributes: [
      { name: "ecs.availability-zone", value: instance.zone },
      { name: "ecs.instance-type", value: instance.type },
      { name: "ecs.os-type", value: "linux" },
    ],
    attachments: [],
    tags: tagList(instance.tags),
  };
}

/**
 * Lists resources. Ports are the used ones:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html
 */
function resources({ cpu, memory, ports }: TaskSize): Resource[] {
  const ofProtocol = (protocol: string): string[] =>
    ports.filter((port) => port.endsWith(`/${protocol}`)).map((port) => port.split("/")[0]);
  const number = (name: string, integerValue: number): Resource => ({
    name,
    type: "INTEGER",
    doubleValue: 0,
    longValue: 0,
    integerValue,
  });
  const set = (name: string, stringSetValue: string[]): Resource => ({
    name,
    type: "STRINGSET",
    doubleValue: 0,
    longValue: 0,
    integerValue: 0,
    stringSetValue,
  });
  return [
    number("CPU", cpu),
    number("MEMORY", memory),
    set("PORTS", ofProtocol("tcp")),
    set("PORTS_UDP", ofProtocol("udp")),
  ];
}
