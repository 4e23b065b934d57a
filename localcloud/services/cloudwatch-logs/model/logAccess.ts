import { formatArn } from "../../../core/arn";
import type { AccessCheck, CallContext } from "../../../core/service";
import { nameInArn, type GroupReference } from "./lookup";
import type { LogsStore } from "../store";

type Values = Record<string, string | readonly string[]>;

/**
 * Returns the check for an action on a log group. CloudWatch Logs asks IAM for the group's streams
 * (`log-group:NAME:log-stream:`), which is why policies end in `:*`.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
 */
export function groupAccess(
  action: string,
  reference: GroupReference,
  context: CallContext<LogsStore>,
  values: Values = {},
): AccessCheck[] {
  return [streamCheck(action, reference, "", context, values)];
}

/** Returns the check for an action on one log stream. */
export function streamAccess(
  action: string,
  reference: GroupReference & { readonly logStreamName?: string },
  context: CallContext<LogsStore>,
): AccessCheck[] {
  return [streamCheck(action, reference, reference.logStreamName ?? "", context, {})];
}

/** Returns the check for the tag operations, whose policies name the group's ARN without `:*`. */
export function tagAccess(
  action: string,
  resourceArn: string | undefined,
  context: CallContext<LogsStore>,
  values: Values = {},
): AccessCheck[] {
  const name = nameInArn(resourceArn ?? "");
  return [
    {
      action: `logs:${action}`,
      resource: formatArn("logs", context, `log-group:${name}`),
      context: { ...resourceTagValues(name, context), ...values },
    },
  ];
}

/** Returns `aws:RequestTag/<key>` and `aws:TagKeys` of a request. */
export function requestTagValues(tags: Readonly<Record<string, string>> = {}): Values {
  const entries = Object.entries(tags);
  if (entries.length === 0) return {};
  return {
    ...Object.fromEntries(entries.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    "aws:TagKeys": entries.map(([key]) => key),
  };
}

function streamCheck(
  action: string,
  { logGroupName, logGroupIdentifier }: GroupReference,
  stream: string,
  context: CallContext<LogsStore>,
  values: Values,
): AccessCheck {
  const name = logGroupName ?? nameInArn(logGroupIdentifier ?? "");
  return {
    action: `logs:${action}`,
    resource: formatArn("logs", context, `log-group:${name}:log-stream:${stream}`),
    context: { ...resourceTagValues(name, context), ...values },
  };
}

function resourceTagValues(name: string, { store }: CallContext<LogsStore>): Values {
  const tags = store.groups.get(name)?.tags ?? new Map<string, string>();
  return Object.fromEntries([...tags].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
}
