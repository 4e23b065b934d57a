import { formatArn } from "../../../core/arn";
import type { AccessCheck, CallContext } from "../../../core/service";
import type { CloudwatchStore } from "../store";

type Values = Record<string, string | readonly string[]>;

/**
 * Returns the checks for one action on alarms with these names (`*` for all).
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 */
export function alarmAccess(
  action: string,
  names: readonly (string | undefined)[],
  context: CallContext<CloudwatchStore>,
  values: Values = {},
): AccessCheck[] {
  return names.map((name = "") => ({
    action: `cloudwatch:${action}`,
    resource: formatArn("cloudwatch", context, `alarm:${name}`),
    context: { ...resourceTags(name, context), ...values },
  }));
}

/** Returns `aws:RequestTag/<key>` and `aws:TagKeys` of a request. */
export function requestTagValues(
  tags: readonly { readonly Key: string | undefined; readonly Value: string | undefined }[] = [],
): Values {
  if (tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value ?? ""])),
    "aws:TagKeys": tags.map(({ Key }) => Key ?? ""),
  };
}

function resourceTags(name: string, { store }: CallContext<CloudwatchStore>): Values {
  const tags = store.alarms.get(name)?.tags ?? new Map<string, string>();
  return Object.fromEntries([...tags].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
}
