import {
  AssociateKmsKeyCommand,
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DisassociateKmsKeyCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type LogGroupClass,
} from "@aws-sdk/client-cloudwatch-logs";
import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/logGroup";
import { client } from "../clients";
import {
  completing,
  defineResource,
  ignoreGone,
  tagChanges,
  tagOutputs,
  type Args,
} from "../define";
import type { ResourceType } from "../types";

const GONE = ["ResourceNotFoundException"];

const logGroup = defineResource<Args<LogGroupArgs>>({
  token: "aws:cloudwatch/logGroup:LogGroup",
  inputs: [
    "kmsKeyId",
    "logGroupClass",
    "name",
    "namePrefix",
    "retentionInDays",
    "skipDestroy",
    "tags",
  ],
  computed: ["logGroupClass"],
  autoname: { property: "name", maxLength: 512 },
  defaults: { retentionInDays: 0, skipDestroy: false },
  replaceOn: ["name", "namePrefix", "logGroupClass"],
  async create(inputs, context) {
    const logs = client(CloudWatchLogsClient, context);
    const logGroupName = inputs.name;
    await logs.send(
      new CreateLogGroupCommand({
        logGroupName,
        kmsKeyId: inputs.kmsKeyId,
        logGroupClass: inputs.logGroupClass as LogGroupClass | undefined,
        tags: inputs.tags,
      }),
    );
    // A new group has no policy: nothing to delete.
    return completing(logGroupName ?? "", async () => {
      if (inputs.retentionInDays) await setRetention(inputs, logs);
    });
  },
  async read(id, _inputs, context) {
    const logs = client(CloudWatchLogsClient, context);
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: id }));
    const found = logGroups?.find(({ logGroupName }) => logGroupName === id);
    if (!found) return undefined;
    const arn = found.arn?.replace(/:\*$/, "") ?? "";
    const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn: arn }));
    return {
      name: found.logGroupName,
      arn,
      retentionInDays: found.retentionInDays ?? 0,
      kmsKeyId: found.kmsKeyId,
      logGroupClass: found.logGroupClass,
      ...tagOutputs(tags),
    };
  },
  async update(id, news, olds, context) {
    const logs = client(CloudWatchLogsClient, context);
    if (news.retentionInDays !== olds.retentionInDays)
      await setRetention({ ...news, name: id }, logs);
    if (news.kmsKeyId !== olds.kmsKeyId)
      await (news.kmsKeyId
        ? logs.send(new AssociateKmsKeyCommand({ logGroupName: id, kmsKeyId: news.kmsKeyId }))
        : logs.send(new DisassociateKmsKeyCommand({ logGroupName: id })));
    const { set, remove } = tagChanges(olds.tags, news.tags);
    const resourceArn = `arn:aws:logs:${context.aws.region}:${context.aws.accountId}:log-group:${id}`;
    if (Object.keys(set).length > 0)
      await logs.send(new TagResourceCommand({ resourceArn, tags: set }));
    if (remove.length > 0)
      await logs.send(new UntagResourceCommand({ resourceArn, tagKeys: remove }));
  },
  async delete(id, { skipDestroy }, context) {
    if (skipDestroy) return;
    await ignoreGone(GONE, () =>
      client(CloudWatchLogsClient, context).send(new DeleteLogGroupCommand({ logGroupName: id })),
    );
  },
});

export const LOGS_RESOURCES: readonly ResourceType[] = [logGroup];

/** 0 days means "never expires", which CloudWatch Logs expresses by having no policy. */
async function setRetention(inputs: Args<LogGroupArgs>, logs: CloudWatchLogsClient): Promise<void> {
  const { name: logGroupName, retentionInDays } = inputs;
  if (retentionInDays)
    await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
  else await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
}
