import {
  EventBridgeClient,
  ListTargetsByRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type PutTargetsResultEntry,
  type Target,
} from "@aws-sdk/client-eventbridge";
import type { EventTargetArgs } from "@pulumi/aws/cloudwatch/eventTarget";
import { client } from "../../clients";
import { defineResource, ignoreGone, unlessGone, type Args } from "../../define";
import type { ProviderContext } from "../../types";
import { GONE, DEFAULT_BUS, busAndName } from "./bus";

type TargetInputs = Args<EventTargetArgs>;

export const eventTarget = defineResource<TargetInputs>({
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

/** Parses an import id: `rule/target`, or `bus/rule/target`. */
function targetKey(id: string): Partial<TargetInputs> | undefined {
  const slash = id.lastIndexOf("/");
  if (slash < 0) return undefined;
  const { eventBusName, name: rule } = busAndName(id.slice(0, slash));
  return { eventBusName, rule, targetId: id.slice(slash + 1) };
}
