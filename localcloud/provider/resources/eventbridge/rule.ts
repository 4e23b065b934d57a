import { isDeepStrictEqual } from "node:util";
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListTagsForResourceCommand,
  PutRuleCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type RuleState,
} from "@aws-sdk/client-eventbridge";
import type { EventRuleArgs } from "@pulumi/aws/cloudwatch/eventRule";
import { client } from "../../clients";
import {
  defineResource,
  ignoreGone,
  tagChanges,
  tagList,
  tagOutputs,
  unlessGone,
  type Args,
} from "../../define";
import type { ProviderContext } from "../../types";
import { GONE, DEFAULT_BUS, busAndName } from "./bus";

type RuleInputs = Args<EventRuleArgs>;

export const eventRule = defineResource<RuleInputs>({
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
