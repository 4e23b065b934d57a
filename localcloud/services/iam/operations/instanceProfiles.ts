import type {
  AddRoleToInstanceProfileCommandInput,
  AddRoleToInstanceProfileCommandOutput,
  CreateInstanceProfileCommandInput,
  CreateInstanceProfileCommandOutput,
  DeleteInstanceProfileCommandInput,
  DeleteInstanceProfileCommandOutput,
  GetInstanceProfileCommandInput,
  GetInstanceProfileCommandOutput,
  InstanceProfile,
  ListInstanceProfilesForRoleCommandInput,
  ListInstanceProfilesForRoleCommandOutput,
  RemoveRoleFromInstanceProfileCommandInput,
  RemoveRoleFromInstanceProfileCommandOutput,
} from "@aws-sdk/client-iam";
import type { AccessCheck } from "../../../core/service";
import { iamArn, onInstanceProfile, onNew, onRole } from "../model/access";
import { alreadyExists, deleteConflict, noSuchEntity, quotaExceeded } from "../model/errors";
import { newId } from "../model/ids";
import { listPage } from "../model/listPage";
import { instanceProfileNamed, roleNamed } from "../model/lookup";
import { checkedName, checkedPath } from "../model/names";
import type { IamContext, IamOperation } from "../model/operation";
import { roleShape } from "../model/roleShape";
import type { IamStore, InstanceProfileRecord } from "../store";
import { addTags, tagList } from "../model/tags";

export const createInstanceProfile: IamOperation<
  CreateInstanceProfileCommandInput,
  CreateInstanceProfileCommandOutput
> = {
  access: (input, context) =>
    onNew("CreateInstanceProfile", "instance-profile", context, {
      name: input.InstanceProfileName,
      path: input.Path,
      tags: input.Tags,
    }),
  run(input, { store, clock, accountId }) {
    const name = checkedName(input.InstanceProfileName, "instanceProfileName");
    const path = checkedPath(input.Path);
    if (store.instanceProfiles.get(name))
      throw alreadyExists(`Instance Profile ${name} already exists.`);
    const profile: InstanceProfileRecord = {
      instanceProfileName: name,
      instanceProfileId: newId("AIPA"),
      arn: iamArn("instance-profile", { accountId }, name, path),
      path,
      createDate: clock.date(),
      tags: addTags(new Map(), input.Tags, "exact"),
    };
    store.instanceProfiles.set(name, profile);
    return { InstanceProfile: profileShape(profile, store) };
  },
};

export const getInstanceProfile: IamOperation<
  GetInstanceProfileCommandInput,
  GetInstanceProfileCommandOutput
> = {
  access: onInstanceProfile("GetInstanceProfile"),
  run(input, { store }) {
    const profile = instanceProfileNamed(store, input.InstanceProfileName);
    return { InstanceProfile: profileShape(profile, store) };
  },
};

export const deleteInstanceProfile: IamOperation<
  DeleteInstanceProfileCommandInput,
  DeleteInstanceProfileCommandOutput
> = {
  access: onInstanceProfile("DeleteInstanceProfile"),
  run(input, { store }) {
    const profile = instanceProfileNamed(store, input.InstanceProfileName);
    if (profile.roleName !== undefined)
      throw deleteConflict("Cannot delete entity, must remove roles from instance profile first.");
    store.instanceProfiles.delete(profile.instanceProfileName);
    return {};
  },
};

/** Adds a role to a profile, which can have only one. The caller must be allowed to pass the role. */
export const addRoleToInstanceProfile: IamOperation<
  AddRoleToInstanceProfileCommandInput,
  AddRoleToInstanceProfileCommandOutput
> = {
  access: (input, context) => [
    ...onInstanceProfile("AddRoleToInstanceProfile")(input, context),
    passRole(input, context),
  ],
  run(input, { store }) {
    const profile = instanceProfileNamed(store, input.InstanceProfileName);
    const role = roleNamed(store, input.RoleName);
    if (profile.roleName !== undefined)
      throw quotaExceeded("InstanceSessionsPerInstanceProfile", 1);
    profile.roleName = role.roleName;
    return {};
  },
};

export const removeRoleFromInstanceProfile: IamOperation<
  RemoveRoleFromInstanceProfileCommandInput,
  RemoveRoleFromInstanceProfileCommandOutput
> = {
  access: onInstanceProfile("RemoveRoleFromInstanceProfile"),
  run(input, { store }) {
    const profile = instanceProfileNamed(store, input.InstanceProfileName);
    const role = roleNamed(store, input.RoleName);
    if (profile.roleName !== role.roleName)
      throw noSuchEntity(
        `The role with name ${input.RoleName} cannot be found in the instance profile.`,
      );
    profile.roleName = undefined;
    return {};
  },
};

export const listInstanceProfilesForRole: IamOperation<
  ListInstanceProfilesForRoleCommandInput,
  ListInstanceProfilesForRoleCommandOutput
> = {
  access: onRole("ListInstanceProfilesForRole"),
  run(input, { store }) {
    const role = roleNamed(store, input.RoleName);
    const profiles = store.instanceProfiles
      .values()
      .filter(({ roleName }) => roleName === role.roleName);
    const { items, ...rest } = listPage(profiles, input, (profile) => profile.instanceProfileName);
    return { InstanceProfiles: items.map((profile) => profileShape(profile, store)), ...rest };
  },
};

function profileShape(profile: InstanceProfileRecord, store: IamStore): InstanceProfile {
  const role = profile.roleName === undefined ? undefined : store.roles.get(profile.roleName);
  return {
    InstanceProfileName: profile.instanceProfileName,
    InstanceProfileId: profile.instanceProfileId,
    Arn: profile.arn,
    Path: profile.path,
    CreateDate: profile.createDate,
    Roles: role ? [roleShape(role, "listed")] : [],
    Tags: tagList(profile.tags),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html */
function passRole(input: { RoleName?: string }, context: IamContext): AccessCheck {
  const role = context.store.roles.get(input.RoleName ?? "");
  return {
    action: "iam:PassRole",
    resource: role?.arn ?? iamArn("role", context, input.RoleName ?? ""),
    context: { "iam:PassedToService": "ec2.amazonaws.com" },
  };
}
