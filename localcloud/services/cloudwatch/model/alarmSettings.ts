import type { PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { parseArn } from "../../../core/arn";
import { checkLength, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import type { AlarmSettings } from "../store";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const MAX_ACTIONS = 5;
const MAX_DESCRIPTION = 1024;

export function checkAlarmName(name: string | undefined): string {
  const text = required(name, "alarmName");
  checkLength(text, "alarmName", { min: 1, max: 255 });
  return text;
}

/** Returns the settings that metric and composite alarms have in common. */
export function alarmSettings(
  input: Pick<
    PutMetricAlarmCommandInput,
    "ActionsEnabled" | "AlarmDescription" | "OKActions" | "AlarmActions" | "InsufficientDataActions"
  >,
  region: string,
): AlarmSettings {
  checkLength(input.AlarmDescription, "alarmDescription", { min: 0, max: MAX_DESCRIPTION });
  return {
    ActionsEnabled: input.ActionsEnabled ?? true,
    ...(input.AlarmDescription !== undefined && { AlarmDescription: input.AlarmDescription }),
    OKActions: checkActions(input.OKActions, "oKActions", region),
    AlarmActions: checkActions(input.AlarmActions, "alarmActions", region),
    InsufficientDataActions: checkActions(
      input.InsufficientDataActions,
      "insufficientDataActions",
      region,
    ),
  };
}

/** https://github.com/cds-snc/notification-terraform/pull/128 quotes the sentence about regions. */
function checkActions(
  actions: readonly string[] | undefined,
  member: string,
  region: string,
): string[] {
  checkLength(actions, member, { min: 0, max: MAX_ACTIONS });
  for (const action of actions ?? []) {
    const arn = parseArn(action);
    if (!arn) throw new AwsError("ValidationException", `Invalid arn syntax: ${action}`);
    if (arn.region !== "" && arn.region !== region)
      throw new AwsError(
        "ValidationException",
        `Invalid region ${arn.region} specified. Only ${region} is supported.`,
      );
  }
  return [...new Set(actions)];
}
