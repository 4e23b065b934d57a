import type {
  ListTargetsByRuleRequest,
  ListTargetsByRuleResponse,
  PutTargetsRequest,
  PutTargetsResponse,
  RemoveTargetsRequest,
  RemoveTargetsResponse,
} from "@aws-sdk/client-eventbridge";
import type { Operation } from "../../../core/service";
import { onRule, passRoles, ruleCheck } from "../model/access";
import { checkTarget } from "../model/checkTarget";
import { limitExceeded, validation } from "../model/errors";
import { listPage } from "../model/listPage";
import { reschedule } from "../model/scheduledRules";
import type { EventBridgeStore } from "../store";

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_TARGETS = 5;

export const putTargets: Operation<EventBridgeStore, PutTargetsRequest, PutTargetsResponse> = {
  access: ({ Rule = "", EventBusName, Targets = [] }, context) => [
    ruleCheck("PutTargets", Rule, EventBusName, context, {
      "events:TargetArn": Targets.map(({ Arn = "" }) => Arn),
    }),
    ...passRoles(Targets.map(({ RoleArn }) => RoleArn)),
  ],
  run({ Rule, EventBusName, Targets = [] }, { store }) {
    const rule = store.rule(Rule, EventBusName);
    if (Targets.length === 0) throw validation("Parameter Targets must not be empty.");
    const ids = Targets.map(({ Id }) => Id ?? "");
    if (new Set(ids).size < ids.length) throw validation("Target ids must be unique.");
    for (const target of Targets) checkTarget(target, store);
    if (new Set([...rule.targets.keys(), ...ids]).size > MAX_TARGETS) throw limitExceeded();
    for (const target of Targets) rule.targets.set(target.Id ?? "", target);
    if (!rule.timer) reschedule(rule, store);
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
};

/**
 * Removes targets. `Force` is for rules that an AWS service created; AWS ignores it for all others, and so does this
 * cloud.
 */
export const removeTargets: Operation<
  EventBridgeStore,
  RemoveTargetsRequest,
  RemoveTargetsResponse
> = {
  access: onRule("RemoveTargets"),
  run({ Rule, EventBusName, Ids = [] }, { store }) {
    const rule = store.rule(Rule, EventBusName);
    const missing = Ids.filter((id) => !rule.targets.delete(id));
    if (rule.targets.size === 0) reschedule(rule, store);
    return {
      FailedEntryCount: missing.length,
      FailedEntries: missing.map((id) => ({
        TargetId: id,
        ErrorCode: "ResourceNotFoundException",
        ErrorMessage: `Rule ${rule.name} does not have a target with the id ${id}.`,
      })),
    };
  },
};

export const listTargetsByRule: Operation<
  EventBridgeStore,
  ListTargetsByRuleRequest,
  ListTargetsByRuleResponse
> = {
  access: onRule("ListTargetsByRule"),
  run(input, { store }) {
    const rule = store.rule(input.Rule, input.EventBusName);
    const { items, nextToken } = listPage(rule.targets.values(), input, ({ Id = "" }) => Id);
    return { Targets: [...items], NextToken: nextToken };
  },
};
