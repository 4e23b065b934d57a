import type * as Sdk from "@aws-sdk/client-iam";
import type { InstanceProfileArgs } from "@pulumi/aws/iam/instanceProfile";
import {
  completing,
  defineResource,
  ignoreGone,
  tagChanges,
  tagList,
  tagOutputs,
  unlessGone,
  type Args,
} from "../../define";
import { awsClient } from "../../mapped/resource";
import type { ProviderContext } from "../../types";

type Inputs = Args<InstanceProfileArgs>;

const iam = awsClient(() => require("@aws-sdk/client-iam") as typeof Sdk);

const GONE = ["NoSuchEntity", "NoSuchEntityException"];

export const instanceProfile = defineResource<Inputs>({
  token: "aws:iam/instanceProfile:InstanceProfile",
  inputs: ["name", "namePrefix", "path", "role", "tags"],
  autoname: { property: "name", maxLength: 128 },
  defaults: { path: "/" },
  replaceOn: ["name", "namePrefix", "path"],
  async create(inputs, context) {
    const { name: InstanceProfileName, path: Path } = inputs;
    const Tags = tagList(inputs.tags);
    await iam.send("CreateInstanceProfile", { InstanceProfileName, Path, Tags }, context);
    const id = InstanceProfileName ?? "";
    return completing(id, () => setRole(id, inputs.role, undefined, context));
  },
  read: (InstanceProfileName, _inputs, context) =>
    unlessGone(GONE, async () => {
      const { InstanceProfile: found } = await iam.send(
        "GetInstanceProfile",
        { InstanceProfileName },
        context,
      );
      return {
        arn: found?.Arn,
        createDate: found?.CreateDate?.toISOString(),
        name: found?.InstanceProfileName,
        path: found?.Path,
        role: found?.Roles?.[0]?.RoleName,
        uniqueId: found?.InstanceProfileId,
        ...tagOutputs(found?.Tags),
      };
    }),
  async update(InstanceProfileName, news, olds, context) {
    await setRole(InstanceProfileName, news.role, olds.role, context);
    const { set, remove: TagKeys } = tagChanges(olds.tags, news.tags);
    const Tags = tagList(set);
    if (Tags.length > 0)
      await iam.send("TagInstanceProfile", { InstanceProfileName, Tags }, context);
    if (TagKeys.length > 0)
      await iam.send("UntagInstanceProfile", { InstanceProfileName, TagKeys }, context);
  },
  delete: (InstanceProfileName, { role }, context) =>
    ignoreGone(GONE, async () => {
      // A role that was deleted in the meantime is in no profile.
      await ignoreGone(GONE, () => setRole(InstanceProfileName, undefined, role, context));
      await iam.send("DeleteInstanceProfile", { InstanceProfileName }, context);
    }),
});

/** Changes the role: a profile has at most one. */
async function setRole(
  InstanceProfileName: string,
  news: Inputs["role"],
  olds: Inputs["role"],
  context: ProviderContext,
): Promise<void> {
  if (news === olds) return;
  const remove = { InstanceProfileName, RoleName: olds as string };
  if (olds !== undefined) await iam.send("RemoveRoleFromInstanceProfile", remove, context);
  const add = { InstanceProfileName, RoleName: news as string };
  if (news !== undefined) await iam.send("AddRoleToInstanceProfile", add, context);
}
