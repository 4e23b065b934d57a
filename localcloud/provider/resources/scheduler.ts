import type * as sdk from "@aws-sdk/client-scheduler";
import type { ScheduleArgs } from "@pulumi/aws/scheduler/schedule";
import type { ScheduleGroupArgs } from "@pulumi/aws/scheduler/scheduleGroup";
import { awsClient } from "../mapped/resource";
import type { Args } from "../define";
import type { ResourceType } from "../types";

const scheduler = awsClient(() => require("@aws-sdk/client-scheduler") as typeof sdk);

const gone = ["ResourceNotFoundException"];

const schedule = scheduler.resource<Args<ScheduleArgs>>({
  token: "aws:scheduler/schedule:Schedule",
  inputs: [
    "actionAfterCompletion",
    "description",
    "endDate",
    "flexibleTimeWindow",
    "groupName",
    "kmsKeyArn",
    "name",
    "namePrefix",
    "scheduleExpression",
    "scheduleExpressionTimezone",
    "startDate",
    "state",
    "target",
  ],
  outputs: ["arn"],
  names: {
    CapacityProviderStrategy: "capacityProviderStrategies",
    EventBridgeParameters: "eventbridgeParameters",
    PipelineParameterList: "pipelineParameters",
    PlacementStrategy: "placementStrategies",
    SageMakerPipelineParameters: "sagemakerPipelineParameters",
  },
  forms: {
    // The block is flat in Pulumi, and its flag a text in the API.
    NetworkConfiguration: {
      toWire: (one: Network) => ({
        awsvpcConfiguration: {
          Subnets: one.subnets,
          SecurityGroups: one.securityGroups,
          AssignPublicIp: one.assignPublicIp ? "ENABLED" : "DISABLED",
        },
      }),
      fromWire: ({ awsvpcConfiguration: { Subnets, SecurityGroups, AssignPublicIp } }: Vpc) => ({
        subnets: Subnets,
        securityGroups: SecurityGroups,
        assignPublicIp: AssignPublicIp === "ENABLED",
      }),
    },
  },
  computed: ["actionAfterCompletion", "state", "target.retryPolicy"],
  autoname: { property: "name", maxLength: 64 },
  required: ["flexibleTimeWindow", "scheduleExpression", "target"],
  defaults: { groupName: "default", scheduleExpressionTimezone: "UTC", state: "ENABLED" },
  replaceOn: ["name", "namePrefix", "groupName"],
  gone,
  create: { CreateSchedule: () => ({}) },
  id: ({ groupName, name }) => `${groupName}/${name}`,
  importKey: (id) => key(id),
  read: { GetSchedule: (id) => wireKey(id) },
  update: { UpdateSchedule: (id) => wireKey(id) },
  delete: { DeleteSchedule: (id) => wireKey(id) },
});

const scheduleGroup = scheduler.resource<Args<ScheduleGroupArgs>>({
  token: "aws:scheduler/scheduleGroup:ScheduleGroup",
  inputs: ["name", "namePrefix", "tags"],
  outputs: ["arn", "creationDate", "lastModificationDate", "state"],
  autoname: { property: "name", maxLength: 64 },
  replaceOn: ["name", "namePrefix"],
  gone,
  create: { CreateScheduleGroup: () => ({}) },
  id: ({ name = "" }) => name,
  read: { GetScheduleGroup: (Name) => ({ Name }) },
  delete: { DeleteScheduleGroup: (Name) => ({ Name }) },
  tags: {
    of: (_id, { arn }) => ({ ResourceArn: arn }),
    tag: "TagResource",
    untag: "UntagResource",
    list: "ListTagsForResource",
  },
});

export const SCHEDULER_RESOURCES: readonly ResourceType[] = [schedule, scheduleGroup];

type Network = { subnets: string[]; securityGroups?: string[]; assignPublicIp?: boolean };
type Vpc = {
  awsvpcConfiguration: { Subnets: string[]; SecurityGroups?: string[]; AssignPublicIp?: string };
};

function key(id: string): { groupName: string; name: string } {
  const [groupName, name] = id.split("/");
  return { groupName, name };
}

function wireKey(id: string): { GroupName: string; Name: string } {
  const { groupName, name } = key(id);
  return { GroupName: groupName, Name: name };
}
