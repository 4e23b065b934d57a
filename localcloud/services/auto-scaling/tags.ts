import type * as Sdk from "@aws-sdk/client-auto-scaling";
import type { Tag } from "@aws-sdk/client-auto-scaling";
import { formatArn } from "../../core/arn";
import type { AccessCheck, CallContext } from "../../core/service";
import type { OperationOf } from "../../entities/api";
import { api, groupNotFound } from "./api";
import type { AutoScalingStore, Group, GroupTag } from "./store";
import { shownTags } from "./views";

const MAX_TAGS = 50;

/** @throws ValidationError */
export function groupTags(list: readonly Tag[] | undefined): Map<string, GroupTag> {
  const tags = new Map<string, GroupTag>();
  for (const { Key = "", Value = "", PropagateAtLaunch = true } of list ?? []) {
    if (/^aws:/i.test(Key)) throw api.errors.reservedTag(Key);
    tags.set(Key, { value: Value, propagates: PropagateAtLaunch });
  }
  if (tags.size > MAX_TAGS) throw api.errors.tooManyTags("");
  return tags;
}

export const createOrUpdateTags: OperationOf<typeof Sdk, AutoScalingStore, "CreateOrUpdateTags"> = {
  access: ({ Tags }, context) => checks("CreateOrUpdateTags", Tags, context),
  run({ Tags }, { store }) {
    // No tag is set unless all groups exist.
    const found = Tags.map((tag) => ({ group: groupOf(tag, store), tags: groupTags([tag]) }));
    for (const { group, tags } of found) for (const [key, tag] of tags) group.tags.set(key, tag);
  },
};

export const deleteTags: OperationOf<typeof Sdk, AutoScalingStore, "DeleteTags"> = {
  access: ({ Tags }, context) => checks("DeleteTags", Tags, context),
  run({ Tags }, { store }) {
    for (const tag of Tags) groupOf(tag, store).tags.delete(tag.Key ?? "");
  },
};

export const describeTags: OperationOf<typeof Sdk, AutoScalingStore, "DescribeTags"> = {
  run({ Filters = [] }, { store }) {
    const all = [...store.groups.values()].flatMap(shownTags);
    const members = { "auto-scaling-group": "ResourceId", key: "Key", value: "Value" } as const;
    return {
      Tags: all.filter((tag) =>
        Filters.every(({ Name = "", Values = [] }) =>
          Object.entries(members).some(
            ([name, member]) => name === Name && Values.includes(tag[member] ?? ""),
          ),
        ),
      ),
    };
  },
};

function groupOf({ ResourceId: name = "" }: Tag, store: AutoScalingStore): Group {
  const group = store.groups.get(name);
  if (!group) throw groupNotFound(name);
  return group;
}

function checks(
  action: string,
  tags: readonly Tag[],
  context: CallContext<AutoScalingStore>,
): AccessCheck[] {
  const names = new Set(tags.map(({ ResourceId = "" }) => ResourceId));
  return [...names].map((name) => ({
    action: `autoscaling:${action}`,
    resource:
      context.store.groups.get(name)?.arn ??
      formatArn("autoscaling", context, `autoScalingGroup:*:autoScalingGroupName/${name}`),
  }));
}
