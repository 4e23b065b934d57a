import type {
  ListPolicyTagsCommandInput,
  ListPolicyTagsCommandOutput,
  ListRoleTagsCommandInput,
  ListRoleTagsCommandOutput,
  Tag,
  TagInstanceProfileCommandInput,
  TagInstanceProfileCommandOutput,
  TagPolicyCommandInput,
  TagPolicyCommandOutput,
  TagRoleCommandInput,
  TagRoleCommandOutput,
  UntagInstanceProfileCommandInput,
  UntagInstanceProfileCommandOutput,
  UntagPolicyCommandInput,
  UntagPolicyCommandOutput,
  UntagRoleCommandInput,
  UntagRoleCommandOutput,
} from "@aws-sdk/client-iam";
import { onInstanceProfile, onPolicy, onRole, requestTags } from "../model/access";
import { listPage, type ListRequest } from "../model/listPage";
import { customerPolicy, instanceProfileNamed, policyWithArn, roleNamed } from "../model/lookup";
import type { IamOperation } from "../model/operation";
import type { Tags } from "../store";
import { addTags, removeTags, tagList } from "../model/tags";

export const tagRole: IamOperation<TagRoleCommandInput, TagRoleCommandOutput> = {
  access: onRole("TagRole", (input: TagRoleCommandInput) => requestTags(input.Tags)),
  run(input, { store }) {
    const role = roleNamed(store, input.RoleName);
    role.tags = addTags(role.tags, input.Tags, "ignored");
    return {};
  },
};

export const untagRole: IamOperation<UntagRoleCommandInput, UntagRoleCommandOutput> = {
  access: onRole("UntagRole", tagKeys),
  run(input, { store }) {
    const role = roleNamed(store, input.RoleName);
    role.tags = removeTags(role.tags, input.TagKeys, "ignored");
    return {};
  },
};

export const listRoleTags: IamOperation<ListRoleTagsCommandInput, ListRoleTagsCommandOutput> = {
  access: onRole("ListRoleTags"),
  run: (input, { store }) => tagPage(roleNamed(store, input.RoleName).tags, input),
};

export const tagPolicy: IamOperation<TagPolicyCommandInput, TagPolicyCommandOutput> = {
  access: onPolicy("TagPolicy", (input: TagPolicyCommandInput) => requestTags(input.Tags)),
  run(input, { store }) {
    const policy = customerPolicy(store, input.PolicyArn);
    policy.tags = addTags(policy.tags, input.Tags, "exact");
    return {};
  },
};

export const untagPolicy: IamOperation<UntagPolicyCommandInput, UntagPolicyCommandOutput> = {
  access: onPolicy("UntagPolicy", tagKeys),
  run(input, { store }) {
    const policy = customerPolicy(store, input.PolicyArn);
    policy.tags = removeTags(policy.tags, input.TagKeys, "exact");
    return {};
  },
};

export const listPolicyTags: IamOperation<ListPolicyTagsCommandInput, ListPolicyTagsCommandOutput> =
  {
    access: onPolicy("ListPolicyTags"),
    run: (input, { store }) => tagPage(policyWithArn(store, input.PolicyArn).tags, input),
  };

export const tagInstanceProfile: IamOperation<
  TagInstanceProfileCommandInput,
  TagInstanceProfileCommandOutput
> = {
  access: onInstanceProfile("TagInstanceProfile", (input: TagInstanceProfileCommandInput) =>
    requestTags(input.Tags),
  ),
  run(input, { store }) {
    const profile = instanceProfileNamed(store, input.InstanceProfileName);
    profile.tags = addTags(profile.tags, input.Tags, "exact");
    return {};
  },
};

export const untagInstanceProfile: IamOperation<
  UntagInstanceProfileCommandInput,
  UntagInstanceProfileCommandOutput
> = {
  access: onInstanceProfile("UntagInstanceProfile", tagKeys),
  run(input, { store }) {
    const profile = instanceProfileNamed(store, input.InstanceProfileName);
    profile.tags = removeTags(profile.tags, input.TagKeys, "exact");
    return {};
  },
};

function tagPage(
  tags: Tags,
  input: ListRequest,
): { Tags: Tag[]; IsTruncated: boolean; Marker?: string } {
  const { items, ...rest } = listPage(tagList(tags), input, ({ Key }) => Key ?? "");
  return { Tags: items, ...rest };
}

function tagKeys(input: { TagKeys?: string[] }): { "aws:TagKeys": string[] } {
  return { "aws:TagKeys": input.TagKeys ?? [] };
}
