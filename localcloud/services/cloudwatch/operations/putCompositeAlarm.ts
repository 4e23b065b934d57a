import type {
  PutCompositeAlarmCommandInput,
  PutCompositeAlarmCommandOutput,
} from "@aws-sdk/client-cloudwatch";
import { formatArn } from "../../../core/arn";
import { checkLength, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { scheduleEvaluation } from "../model/alarmClock";
import { alarmsIn, parseAlarmRule } from "../model/alarmRule";
import { alarmSettings, checkAlarmName } from "../model/alarmSettings";
import { initialState, noteConfiguration, otherType, putAccess } from "./putMetricAlarm";
import type { CloudwatchOperation, CloudwatchStore } from "../store";
import { tagMap } from "./tags";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
const MAX_RULE_LENGTH = 10_240;
const MAX_CHILDREN = 100;

export const putCompositeAlarm: CloudwatchOperation<
  PutCompositeAlarmCommandInput,
  PutCompositeAlarmCommandOutput
> = {
  access: (input, context) => putAccess("PutCompositeAlarm", input, context),
  run(input, context) {
    const { store } = context;
    refuseUnsupported(input);
    const name = checkAlarmName(input.AlarmName);
    const settings = {
      ...alarmSettings(input, context.region),
      AlarmRule: checkRule(input, store),
    };
    const tags = tagMap(input.Tags);
    const existing = store.alarms.get(name);
    if (existing && existing.type !== "CompositeAlarm") throw otherType(existing);
    const now = context.clock.date();
    if (existing) {
      existing.settings = settings;
      existing.configurationUpdated = now;
    } else
      store.alarms.set(name, {
        type: "CompositeAlarm",
        name,
        arn: formatArn("cloudwatch", context, `alarm:${name}`),
        tags,
        settings,
        configurationUpdated: now,
        state: initialState(now),
      });
    noteConfiguration(store, name, existing ? "updated" : "created");
    scheduleEvaluation(store);
    return {};
  },
};

function checkRule(input: PutCompositeAlarmCommandInput, store: CloudwatchStore): string {
  const rule = required(input.AlarmRule, "alarmRule");
  checkLength(rule, "alarmRule", { min: 1, max: MAX_RULE_LENGTH });
  const children = [...new Set(alarmsIn(parseAlarmRule(rule)))];
  const missing = children.filter((name) => !store.alarms.has(name));
  if (missing.length > 0)
    throw invalid(
      `Could not save the composite alarm as alarms [${missing.join(", ")}] in the alarm rule do not exist`,
    );
  if (children.length > MAX_CHILDREN)
    throw invalid(`The alarm rule refers to more than ${MAX_CHILDREN} alarms.`);
  if (children.includes(input.AlarmName ?? ""))
    throw invalid("A composite alarm cannot refer to itself.");
  return rule;
}

function refuseUnsupported(input: PutCompositeAlarmCommandInput): void {
  const options = [
    "ActionsSuppressor",
    "ActionsSuppressorWaitPeriod",
    "ActionsSuppressorExtensionPeriod",
    "ActionConfiguration",
  ] as const;
  for (const option of options)
    if (input[option] !== undefined)
      throw invalid(`The local cloud does not implement PutCompositeAlarm with ${option}.`);
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
