import { isDeepStrictEqual } from "node:util";
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type PutTargetsResultEntry,
  type RuleState,
  type Target,
} from "@aws-sdk/client-eventbridge";
import type { EventRuleArgs } from "@pulumi/aws/cloudwatch/eventRule";
import type { EventTargetArgs } from "@pulumi/aws/cloudwatch/eventTarget";
import { client } from "../clients";
import {
  defineResource,
  ignoreGone,
  tagChanges,
  tagList,
  tagOutputs,
  unlessGone,
  type Args,
} from "../define";
import type { ProviderContext, ResourceType } from "../types";

const GONE = ["ResourceNotFoundException"];
const DEFAULT_BUS = "default";

type RuleInputs = Args<EventRuleArgs>;
type TargetInputs = Args<EventTargetArgs>;

const eventRule = defineResource<RuleInputs>({
  token: "aws:cloudwatch/eventRule:EventRule",
  inputs: [
    "description",
    "eventBusName",
    "eventPattern",
    "forceDestroy",
    "isEnabled",
    "name",
    "roleArn",
    "scheduleExpression",
    "state",
    "tags",
  ],
  computed: ["isEnabled", "state"],
  autoname: { property: "name", maxLength: 64 },
  defaults: { eventBusName: DEFAULT_BUS, forceDestroy: false },
  replaceOn: ["name", "eventBusName"],
  jsonInputs: ["eventPattern"],
  check: ({ isEnabled, state }) =>
    isEnabled !== undefined && state !== undefined
      ? [{ property: "isEnabled", reason: "conflicts with state" }]
      : [],
  async create(inputs, context) {
    await putRule(inputs, true, context);
    const { eventBusName = DEFAULT_BUS, name = "" } = inputs;
    return eventBusName === DEFAULT_BUS ? name : `${eventBusName}/${name}`;
  },
  importKey: (id) => busAndName(id),
  read(id, _inputs, context) {
    const events = client(EventBridgeClient, context);
    const { eventBusName, name } = busAndName(id);
    return unlessGone(GONE, async () => {
      const found = await events.send(
        new DescribeRuleCommand({ Name: name, EventBusName: eventBusName }),
      );
      const { Tags } = await events.send(
        new ListTagsForResourceCommand({ ResourceARN: found.Arn }),
      );
      return {
        name,
        eventBusName,
        arn: found.Arn,
        description: found.Description,
        eventPattern: found.EventPattern,
        scheduleExpression: found.ScheduleExpression,
        roleArn: found.RoleArn,
        state: found.State,
        isEnabled: found.State !== "DISABLED",
        ...tagOutputs(Tags),
      };
    });
  },
  async update(id, news, olds, context) {
    // PutRule would re-enable a rule whose state the program ignores.
    if (!isDeepStrictEqual(ruleSettings(news), ruleSettings(olds)))
      await putRule(news, false, context);
    const events = client(EventBridgeClient, context);
    const { set, remove } = tagChanges(olds.tags, news.tags);
    if (Object.keys(set).length + remove.length === 0) return;
    const { eventBusName, name } = busAndName(id);
    const { Arn: ResourceARN } = await events.send(
      new DescribeRuleCommand({ Name: name, EventBusName: eventBusName }),
    );
    if (Object.keys(set).length > 0)
      await events.send(new TagResourceCommand({ ResourceARN, Tags: tagList(set) }));
    if (remove.length > 0)
      await events.send(new UntagResourceCommand({ ResourceARN, TagKeys: remove }));
  },
  async delete(id, { forceDestroy: Force }, context) {
    const { eventBusName, name } = busAndName(id);
    await ignoreGone(GONE, () =>
      client(EventBridgeClient, context).send(
        new DeleteRuleCommand({ Name: name, EventBusName: eventBusName, Force }),
      ),
    );
  },
});

const eventTarget = defineResource<TargetInputs>({
  token: "aws:cloudwatch/eventTarget:EventTarget",
  inputs: [
    "arn",
    "deadLetterConfig",
    "eventBusName",
    "forceDestroy",
    "input",
    "inputPath",
    "inputTransformer",
    "retryPolicy",
    "roleArn",
    "rule",
    "targetId",
  ],
  autoname: { property: "targetId", maxLength: 64 },
  required: ["arn", "rule"],
  defaults: { eventBusName: DEFAULT_BUS, forceDestroy: false },
  replaceOn: ["eventBusName", "rule", "targetId"],
  jsonInputs: ["input"],
  async create(inputs, context) {
    await putTarget(inputs, context);
    const { eventBusName = DEFAULT_BUS, rule, targetId } = inputs;
    const id = `${rule}-${targetId}`;
    return eventBusName === DEFAULT_BUS ? id : `${eventBusName}-${id}`;
  },
  importKey: targetKey,
  read(_id, inputs, context) {
    return unlessGone(GONE, async () => {
      const found = await findTarget(inputs, context);
      if (!found) return undefined;
      const { RetryPolicy: retry, InputTransformer: transformer } = found;
      return {
        arn: found.Arn,
        rule: inputs.rule,
        targetId: found.Id,
        roleArn: found.RoleArn,
        input: found.Input,
        inputPath: found.InputPath,
        deadLetterConfig: found.DeadLetterConfig && { arn: found.DeadLetterConfig.Arn },
        retryPolicy: retry && {
          maximumEventAgeInSeconds: retry.MaximumEventAgeInSeconds,
          maximumRetryAttempts: retry.MaximumRetryAttempts,
        },
        inputTransformer: transformer && {
          inputPaths: transformer.InputPathsMap,
          inputTemplate: transformer.InputTemplate,
        },
      };
    });
  },
  update: (_id, news, _olds, context) => putTarget(news, context),
  async delete(_id, { rule, eventBusName, forceDestroy: Force, targetId = "" }, context) {
    await ignoreGone(GONE, async () => {
      const { FailedEntries = [] } = await client(EventBridgeClient, context).send(
        new RemoveTargetsCommand({
          Rule: rule,
          EventBusName: eventBusName,
          Ids: [targetId],
          Force,
        }),
      );
      refuseFailed(FailedEntries.filter(({ ErrorCode = "" }) => !GONE.includes(ErrorCode)));
    });
  },
});

export const EVENTBRIDGE_RESOURCES: readonly ResourceType[] = [eventRule, eventTarget];

function ruleSettings({ forceDestroy: _force, tags: _tags, ...settings }: RuleInputs): object {
  return settings;
}

async function putRule(
  inputs: RuleInputs,
  isNew: boolean,
  context: ProviderContext,
): Promise<void> {
  const state = inputs.state ?? (inputs.isEnabled === false ? "DISABLED" : "ENABLED");
  await client(EventBridgeClient, context).send(
    new PutRuleCommand({
      Name: inputs.name,
      EventBusName: inputs.eventBusName,
      Description: inputs.description,
      EventPattern: inputs.eventPattern,
      ScheduleExpression: inputs.scheduleExpression,
      RoleArn: inputs.roleArn,
      State: state as RuleState,
      // PutRule ignores the tags of an existing rule.
      Tags: isNew && inputs.tags ? tagList(inputs.tags) : undefined,
    }),
  );
}

async function putTarget(inputs: TargetInputs, context: ProviderContext): Promise<void> {
  const { deadLetterConfig, inputTransformer, retryPolicy } = inputs;
  const target: Target = {
    Id: inputs.targetId ?? "",
    Arn: inputs.arn,
    RoleArn: inputs.roleArn,
    Input: inputs.input,
    InputPath: inputs.inputPath,
    DeadLetterConfig: deadLetterConfig && { Arn: deadLetterConfig.arn },
    RetryPolicy: retryPolicy && {
      MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
      MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
    },
    InputTransformer: inputTransformer && {
      InputPathsMap: inputTransformer.inputPaths,
      InputTemplate: inputTransformer.inputTemplate,
    },
  };
  const { FailedEntries = [] } = await client(EventBridgeClient, context).send(
    new PutTargetsCommand({
      Rule: inputs.rule,
      EventBusName: inputs.eventBusName,
      Targets: [target],
    }),
  );
  refuseFailed(FailedEntries);
}

function refuseFailed([failed]: readonly PutTargetsResultEntry[]): void {
  if (failed) throw new Error(`${failed.ErrorCode}: ${failed.ErrorMessage}`);
}

async function findTarget(
  { rule, eventBusName, targetId }: Partial<TargetInputs>,
  context: ProviderContext,
): Promise<Target | undefined> {
  let NextToken: string | undefined;
  do {
    const page = await client(EventBridgeClient, context).send(
      new ListTargetsByRuleCommand({ Rule: rule, EventBusName: eventBusName, NextToken }),
    );
    const found = page.Targets?.find(({ Id }) => Id === targetId);
    if (found) return found;
    NextToken = page.NextToken;
  } while (NextToken);
  return undefined;
}

/** Splits `rule`, or `bus/rule` for a bus other than the default one. */
function busAndName(id: string): { eventBusName: string; name: string } {
  const slash = id.lastIndexOf("/");
  if (slash < 0) return { eventBusName: DEFAULT_BUS, name: id };
  return { eventBusName: id.slice(0, slash), name: id.slice(slash + 1) };
}

/** Parses an import id: `rule/target`, or `bus/rule/target`. */
function targetKey(id: string): Partial<TargetInputs> | undefined {
  const slash = id.lastIndexOf("/");
  if (slash < 0) return undefined;
  const { eventBusName, name: rule } = busAndName(id.slice(0, slash));
  return { eventBusName, rule, targetId: id.slice(slash + 1) };
}
