import type {
  CreateLogGroupCommandInput,
  CreateLogGroupCommandOutput,
  DeleteLogGroupCommandInput,
  DeleteLogGroupCommandOutput,
  DescribeLogGroupsCommandInput,
  DescribeLogGroupsCommandOutput,
  LogGroup as LogGroupDescription,
} from "@aws-sdk/client-cloudwatch-logs";
import { formatArn } from "../../../core/arn";
import { checkEnum, checkLength, checkRange } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { page } from "../../../core/page";
import type { CallContext } from "../../../core/service";
import { checkKey } from "../model/encryption";
import { groupAccess, requestTagValues, tagAccess } from "../model/logAccess";
import { checkGroupName, getGroup, INVALID, invalidToken, nameInArn } from "../model/lookup";
import { applyRetention } from "../model/expiry";
import { groupBytes, type LogGroup, type LogsOperation, type LogsStore } from "../store";
import { checkTags } from "./tags";

const CLASSES = ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"];

export const createLogGroup: LogsOperation<
  CreateLogGroupCommandInput,
  CreateLogGroupCommandOutput
> = {
  access(input, context) {
    const values = requestTagValues(input.tags);
    const create = groupAccess("CreateLogGroup", input, context, values);
    const tagged = Object.keys(input.tags ?? {}).length > 0;
    return tagged
      ? [...create, ...tagAccess("TagResource", input.logGroupName, context, values)]
      : create;
  },
  async run(input, context) {
    const name = checkGroupName(input.logGroupName);
    checkEnum(input.logGroupClass, "logGroupClass", CLASSES, INVALID);
    if (input.deletionProtectionEnabled)
      throw new AwsError(
        INVALID,
        "The local cloud does not implement logs:CreateLogGroup with deletionProtectionEnabled.",
      );
    refuseSecond(name, context);
    const arn = formatArn("logs", context, `log-group:${name}`);
    if (input.kmsKeyId !== undefined) await checkKey(input.kmsKeyId, { name, arn }, context);
    // Another request may have created the group while the key was checked.
    refuseSecond(name, context);
    context.store.groups.set(name, {
      name,
      arn,
      groupClass: input.logGroupClass ?? "STANDARD",
      creationTime: context.clock.now(),
      ...(input.kmsKeyId !== undefined && { kmsKeyId: input.kmsKeyId }),
      tags: new Map(Object.entries(checkTags(input.tags ?? {}, new Map()))),
      streams: new Map(),
      metricFilters: new Map(),
    });
    return {};
  },
};

function refuseSecond(name: string, { store }: CallContext<LogsStore>): void {
  if (store.groups.has(name))
    throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
}

export const deleteLogGroup: LogsOperation<
  DeleteLogGroupCommandInput,
  DeleteLogGroupCommandOutput
> = {
  access: (input, context) => groupAccess("DeleteLogGroup", input, context),
  run(input, { store }) {
    store.groups.delete(getGroup(input, store).name);
    return {};
  },
};

export const describeLogGroups: LogsOperation<
  DescribeLogGroupsCommandInput,
  DescribeLogGroupsCommandOutput
> = {
  access: (input, context) =>
    groupAccess("DescribeLogGroups", { logGroupName: input.logGroupNamePrefix ?? "" }, context),
  run(input, { store, clock }) {
    checkRange(input.limit, "limit", { min: 1, max: 50 }, INVALID);
    checkLength(input.logGroupNamePrefix, "logGroupNamePrefix", { min: 1, max: 512 }, INVALID);
    refuseUnsupported(input);
    const matching = [...store.groups.values()].filter((group) => isWanted(group, input));
    const { items, nextToken } = page(matching, {
      key: (group) => group.name,
      size: input.limit ?? 50,
      token: input.nextToken,
      invalidToken,
    });
    for (const group of items) applyRetention(group, clock.now());
    return {
      logGroups: items.map(describe),
      ...(nextToken !== undefined && { nextToken }),
    };
  },
};

function refuseUnsupported(input: DescribeLogGroupsCommandInput): void {
  if (input.logGroupNamePrefix !== undefined && input.logGroupNamePattern !== undefined)
    throw new AwsError(
      INVALID,
      "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
    );
  if (input.includeLinkedAccounts || input.accountIdentifiers?.length)
    throw new AwsError(
      INVALID,
      "The local cloud does not implement logs:DescribeLogGroups with linked accounts.",
    );
}

function isWanted(group: LogGroup, input: DescribeLogGroupsCommandInput): boolean {
  const identifiers = input.logGroupIdentifiers?.map(nameInArn);
  return (
    group.name.startsWith(input.logGroupNamePrefix ?? "") &&
    group.name.includes(input.logGroupNamePattern ?? "") &&
    (input.logGroupClass === undefined || group.groupClass === input.logGroupClass) &&
    (identifiers === undefined || identifiers.includes(group.name))
  );
}

function describe(group: LogGroup): LogGroupDescription {
  return {
    logGroupName: group.name,
    creationTime: group.creationTime,
    ...(group.retentionInDays !== undefined && { retentionInDays: group.retentionInDays }),
    metricFilterCount: group.metricFilters.size,
    arn: `${group.arn}:*`,
    logGroupArn: group.arn,
    storedBytes: groupBytes(group),
    ...(group.kmsKeyId !== undefined && { kmsKeyId: group.kmsKeyId }),
    logGroupClass: group.groupClass,
  };
}
