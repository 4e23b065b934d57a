import type {
  DeleteRuleRequest,
  DescribeRuleRequest,
  DescribeRuleResponse,
  DisableRuleRequest,
  EnableRuleRequest,
  PutRuleRequest,
  PutRuleResponse,
  RuleState,
} from "@aws-sdk/client-eventbridge";
import { checkLength } from "../../../core/constraint";
import { principalArn } from "../../../core/principal";
import type { Operation } from "../../../core/service";
import { onRule, passRoles, requestTags, ruleCheck } from "../model/access";
import { limitExceeded, validation } from "../model/errors";
import { RulePattern, RuleSchedule } from "../model/ruleTexts";
import { reschedule } from "../model/scheduledRules";
import { ruleArn, type Bus, type EventBridgeStore, type RuleSettings } from "../store";
import { checkTags } from "./tags";

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_RULES = 300;
const STATES: readonly RuleState[] = [
  "DISABLED",
  "ENABLED",
  "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
];

export const putRule: Operation<EventBridgeStore, PutRuleRequest, PutRuleResponse> = {
  access: (input, context) => [
    ruleCheck("PutRule", input.Name ?? "", input.EventBusName, context, requestTags(input.Tags)),
    ...passRoles([input.RoleArn]),
  ],
  run(input, { store, clock, principal, region, accountId }) {
    const bus = store.bus(input.EventBusName);
    const name = input.Name ?? "";
    if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name))
      throw validation(
        `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: ` +
          "Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+",
      );
    const settings = settingsOf(input, bus);
    const existing = bus.rules.get(name);
    if (!existing && bus.rules.size >= MAX_RULES) throw limitExceeded();
    const sameSchedule = existing?.settings.schedule?.expression === input.ScheduleExpression;
    const rule = existing ?? {
      name,
      arn: ruleArn({ region, accountId }, name, bus.name),
      bus,
      tags: checkTags(input.Tags),
      createdBy: accountOf(principalArn(principal), accountId),
      settings,
      targets: new Map(),
      anchor: clock.now(),
    };
    rule.settings = settings;
    if (!sameSchedule) rule.anchor = clock.now();
    bus.rules.set(name, rule);
    reschedule(rule, store);
    return { RuleArn: rule.arn };
  },
};

export const describeRule: Operation<EventBridgeStore, DescribeRuleRequest, DescribeRuleResponse> =
  {
    access: onRule("DescribeRule"),
    run({ Name, EventBusName }, { store }) {
      const { name, arn, bus, settings, createdBy } = store.rule(Name, EventBusName);
      return {
        Name: name,
        Arn: arn,
        EventPattern: settings.eventPattern?.text,
        ScheduleExpression: settings.schedule?.expression,
        State: settings.state,
        Description: settings.description,
        RoleArn: settings.roleArn,
        EventBusName: bus.name,
        CreatedBy: createdBy,
      };
    },
  };

/**
 * Deletes a rule. `Force` is for rules that an AWS service created; AWS ignores it for all others, and so does this
 * cloud.
 */
export const deleteRule: Operation<EventBridgeStore, DeleteRuleRequest, object> = {
  access: onRule("DeleteRule"),
  run({ Name = "", EventBusName }, { store, clock }) {
    const bus = store.bus(EventBusName);
    const rule = bus.rules.get(Name);
    // Deleting a rule that does not exist succeeds.
    if (!rule) return {};
    if (rule.targets.size > 0) throw validation("Rule can't be deleted since it has targets.");
    clock.clearTimeout(rule.timer);
    bus.rules.delete(Name);
    return {};
  },
};

export const enableRule: Operation<EventBridgeStore, EnableRuleRequest, object> = {
  access: onRule("EnableRule"),
  run: (input, { store }) => setState(input, store, "ENABLED"),
};

export const disableRule: Operation<EventBridgeStore, DisableRuleRequest, object> = {
  access: onRule("DisableRule"),
  run: (input, { store }) => setState(input, store, "DISABLED"),
};

function setState(
  { Name, EventBusName }: { Name?: string; EventBusName?: string },
  store: EventBridgeStore,
  state: RuleState,
): object {
  const rule = store.rule(Name, EventBusName);
  rule.settings = { ...rule.settings, state };
  reschedule(rule, store);
  return {};
}

/**
 * Default quota, in characters; the API itself accepts 4096:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
const MAX_PATTERN = 2048;

function settingsOf(input: PutRuleRequest, bus: Bus): RuleSettings {
  const { EventPattern, ScheduleExpression, State = "ENABLED", Description, RoleArn } = input;
  checkLength(EventPattern, "eventPattern", { min: 0, max: 4096 });
  checkLength(ScheduleExpression, "scheduleExpression", { min: 0, max: 256 });
  checkLength(Description, "description", { min: 0, max: 512 });
  if (EventPattern && EventPattern.length > MAX_PATTERN) throw limitExceeded();
  if (!EventPattern && !ScheduleExpression)
    throw validation("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  if (ScheduleExpression && bus.name !== "default")
    throw validation("ScheduleExpression is supported only on the default event bus.");
  if (!STATES.includes(State)) throw validation(`Parameter State is not valid: ${State}.`);
  return {
    ...(EventPattern && {
      eventPattern: new RulePattern(EventPattern),
    }),
    ...(ScheduleExpression && {
      schedule: new RuleSchedule(ScheduleExpression),
    }),
    state: State,
    description: Description,
    roleArn: RoleArn,
  };
}

function accountOf(arn: string, accountId: string): string {
  return /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1] ?? accountId;
}
