import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  IAMClient,
  ListPolicyVersionsCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from "@aws-sdk/client-iam";
import type { PolicyArgs } from "@pulumi/aws/iam/policy";
import { client } from "../../clients";
import {
  type Args,
  defineResource,
  ignoreGone,
  tagChanges,
  tagList,
  tagOutputs,
  unlessGone,
} from "../../define";
import type { Properties, ProviderContext } from "../../types";

type Inputs = Args<PolicyArgs>;

const GONE = ["NoSuchEntityException", "NoSuchEntity"];

/** A customer managed policy; its id is its ARN. */
export const iamPolicy = defineResource<Inputs>({
  token: "aws:iam/policy:Policy",
  inputs: ["description", "name", "namePrefix", "path", "policy", "tags"],
  autoname: { property: "name", maxLength: 128 },
  required: ["policy"],
  defaults: { path: "/" },
  replaceOn: ["description", "name", "namePrefix", "path"],
  jsonInputs: ["policy"],
  async create({ name, path, description, policy, tags }, context) {
    const { Policy } = await client(IAMClient, context).send(
      new CreatePolicyCommand({
        PolicyName: name,
        Path: path,
        Description: description,
        PolicyDocument: String(policy),
        Tags: tagList(tags),
      }),
    );
    return Policy?.Arn ?? "";
  },
  read: (arn, _inputs, context) => unlessGone(GONE, () => readPolicy(arn, context)),
  async update(PolicyArn, news, olds, context) {
    const iam = client(IAMClient, context);
    if (String(news.policy) !== String(olds.policy)) {
      await makeRoom(iam, PolicyArn);
      await iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn,
          PolicyDocument: String(news.policy),
          SetAsDefault: true,
        }),
      );
    }
    const { set, remove } = tagChanges(olds.tags, news.tags);
    if (Object.keys(set).length > 0)
      await iam.send(new TagPolicyCommand({ PolicyArn, Tags: tagList(set) }));
    if (remove.length > 0) await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: remove }));
  },
  async delete(PolicyArn, _state, context) {
    const iam = client(IAMClient, context);
    await ignoreGone(GONE, async () => {
      for (const VersionId of await oldVersions(iam, PolicyArn))
        await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
      await iam.send(new DeletePolicyCommand({ PolicyArn }));
    });
  },
});

async function readPolicy(PolicyArn: string, context: ProviderContext): Promise<Properties> {
  const iam = client(IAMClient, context);
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const { PolicyVersion } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
  );
  return {
    arn: Policy?.Arn,
    name: Policy?.PolicyName,
    path: Policy?.Path,
    policyId: Policy?.PolicyId,
    description: Policy?.Description,
    attachmentCount: Policy?.AttachmentCount,
    policy: decodeURIComponent(PolicyVersion?.Document ?? ""),
    ...tagOutputs(Policy?.Tags),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html */
const MOST_VERSIONS = 5;

async function makeRoom(iam: IAMClient, PolicyArn: string): Promise<void> {
  const old = await oldVersions(iam, PolicyArn);
  if (old.length + 1 < MOST_VERSIONS) return;
  await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: old.at(-1) }));
}

/** Returns the versions that are not the default, newest first. */
async function oldVersions(iam: IAMClient, PolicyArn: string): Promise<string[]> {
  const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  return Versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion).map(
    ({ VersionId = "" }) => VersionId,
  );
}
