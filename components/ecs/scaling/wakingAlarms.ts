import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { CallbackFunction } from "../../function/callbackFunction";
import { childName } from "../../names";
import { type AlarmSubject, createScalingAlarms } from "./scalingAlarms";
import { connectAlarm } from "../../function/triggers/wake";

/** Creates the alarms of a scaler's rules, each of which calls its function. */
export function createWakingAlarms(
  name: string,
  {
    subjects,
    wakes,
    kind,
    tags,
  }: {
    readonly subjects: readonly AlarmSubject[];
    readonly wakes: CallbackFunction<never, unknown>;
    /** The kind of scaler in words: `task scaler`. */
    readonly kind: string;
    readonly tags?: aws.cloudwatch.MetricAlarmArgs["tags"];
  },
  opts: { readonly parent: pulumi.Resource },
): aws.cloudwatch.MetricAlarm[] {
  const { high, low } = createScalingAlarms(name, subjects, { wakes: wakes.arn, kind, tags }, opts);
  const all = [...high, ...low];
  for (const [suffix, alarm] of all) connectAlarm(childName(name, suffix), alarm, wakes, opts);
  return all.map(([, alarm]) => alarm);
}
