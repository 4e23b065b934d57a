import type {
  ListRuleNamesByTargetRequest,
  ListRuleNamesByTargetResponse,
  ListRulesRequest,
  ListRulesResponse,
} from "@aws-sdk/client-eventbridge";
import type { Operation } from "../../../core/service";
import { listPage } from "../model/listPage";
import type { EventBridgeStore } from "../store";

export const listRules: Operation<EventBridgeStore, ListRulesRequest, ListRulesResponse> = {
  run(input, { store }) {
    const bus = store.bus(input.EventBusName);
    const rules = [...bus.rules.values()].filter(({ name }) =>
      name.startsWith(input.NamePrefix ?? ""),
    );
    const { items, nextToken } = listPage(rules, input, ({ name }) => name);
    return {
      Rules: items.map(({ name, arn, settings }) => ({
        Name: name,
        Arn: arn,
        EventPattern: settings.eventPattern?.text,
        ScheduleExpression: settings.schedule?.expression,
        State: settings.state,
        Description: settings.description,
        RoleArn: settings.roleArn,
        EventBusName: bus.name,
      })),
      NextToken: nextToken,
    };
  },
};

export const listRuleNamesByTarget: Operation<
  EventBridgeStore,
  ListRuleNamesByTargetRequest,
  ListRuleNamesByTargetResponse
> = {
  run(input, { store }) {
    const names = [...store.bus(input.EventBusName).rules.values()]
      .filter(({ targets }) => [...targets.values()].some(({ Arn }) => Arn === input.TargetArn))
      .map(({ name }) => name);
    const { items, nextToken } = listPage(names, input, (name) => name);
    return { RuleNames: [...items], NextToken: nextToken };
  },
};
