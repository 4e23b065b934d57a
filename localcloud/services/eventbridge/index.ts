import { constraints } from "../../constraints/eventbridge";
import type { ServiceDefinition } from "../../core/service";
import { putPermission, removePermission } from "./operations/busPolicy";
import * as buses from "./operations/buses";
import { listRuleNamesByTarget, listRules } from "./operations/listRules";
import { putEvents, testEventPattern } from "./operations/putEvents";
import * as rules from "./operations/rules";
import { saving } from "./saving";
import { EventBridgeStore } from "./store";
import { listTagsForResource, tagResource, untagResource } from "./operations/tags";
import { listTargetsByRule, putTargets, removeTargets } from "./operations/targets";

/**
 * Amazon EventBridge: event buses, rules by pattern and by schedule, delivery with retries. Not supported: archives
 * and replays, API destinations, partner sources, global endpoints, Pipes, Scheduler.
 */
export const eventbridge: ServiceDefinition<EventBridgeStore> = {
  name: "eventbridge",
  signingName: "events",
  iamPrefix: "events",
  sdk: () => require("@aws-sdk/client-eventbridge") as object,
  constraints: () => ({ table: constraints() }),
  createStore: (scope) => new EventBridgeStore(scope),
  saving,
  operations: {
    CreateEventBus: buses.createEventBus,
    DeleteEventBus: buses.deleteEventBus,
    DeleteRule: rules.deleteRule,
    DescribeEventBus: buses.describeEventBus,
    DescribeRule: rules.describeRule,
    DisableRule: rules.disableRule,
    EnableRule: rules.enableRule,
    ListEventBuses: buses.listEventBuses,
    ListRuleNamesByTarget: listRuleNamesByTarget,
    ListRules: listRules,
    ListTagsForResource: listTagsForResource,
    ListTargetsByRule: listTargetsByRule,
    PutEvents: putEvents,
    PutPermission: putPermission,
    PutRule: rules.putRule,
    PutTargets: putTargets,
    RemovePermission: removePermission,
    RemoveTargets: removeTargets,
    TagResource: tagResource,
    TestEventPattern: testEventPattern,
    UntagResource: untagResource,
    UpdateEventBus: buses.updateEventBus,
  },
};
