import type * as Sdk from "@aws-sdk/client-ssm";
import type { InstanceInformation } from "@aws-sdk/client-ssm";
import { AwsError } from "../../../core/errors";
import type { Machine } from "../../../core/machines/machine";
import { page } from "../../../core/page";
import type { OperationOf } from "../../../entities/api";
import { invalidToken } from "../model/parameterFilters";
import type { SsmStore } from "../store";
import { isTarget, managedMachines } from "./managed";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html */
export const describeInstanceInformation: OperationOf<
  typeof Sdk,
  SsmStore,
  "DescribeInstanceInformation"
> = {
  run(input, context) {
    const filters = [
      ...(input.Filters ?? []),
      ...(input.InstanceInformationFilterList ?? []).map((one) => ({
        Key: one.key,
        Values: one.valueSet,
      })),
    ];
    const found = managedMachines(context).filter((machine) =>
      filters.every(({ Key, Values }) => matches(machine, Key, Values)),
    );
    const { items, nextToken: NextToken } = page(found, {
      key: ({ id }) => id,
      size: input.MaxResults ?? 10,
      token: input.NextToken,
      invalidToken,
    });
    const now = context.clock.date();
    return { InstanceInformationList: items.map((one) => shown(one, now)), NextToken };
  },
};

function matches(machine: Machine, Key: string, Values: string[]): boolean {
  if (/^(tag:|tag-key$|InstanceIds$)/.test(Key)) return isTarget(machine, { Key, Values });
  const { PingStatus = "", PlatformType = "", ResourceType = "" } = shown(machine, new Date(0));
  const facts = new Map<string, string>([
    ["PingStatus", PingStatus],
    ["PlatformTypes", PlatformType],
    ["ResourceType", ResourceType],
  ]);
  const value = facts.get(Key);
  if (value === undefined)
    throw new AwsError("InvalidFilterKey", `The local cloud finds no instances by ${Key}.`);
  return Values.includes(value);
}

function shown({ id, isUp, facts }: Machine, now: Date): InstanceInformation {
  return {
    InstanceId: id,
    PingStatus: isUp ? "Online" : "ConnectionLost",
    LastPingDateTime: now,
    AgentVersion: "3.3.3050.0",
    IsLatestVersion: true,
    PlatformType: "Linux",
    PlatformName: "Amazon Linux",
    PlatformVersion: "2023",
    ResourceType: "EC2Instance",
    RegistrationDate: facts.launchedAt,
    Name: facts.tags.get("Name") ?? "",
    IPAddress: facts.address,
    ComputerName: `ip-${facts.address.replaceAll(".", "-")}.ec2.internal`,
    SourceId: id,
    SourceType: "AWS::EC2::Instance",
  };
}
