import type { AccessCheck, CallContext } from "../../../core/service";
import { findParameter } from "./findParameter";
import { parameterArn, parseReference } from "./parameterName";
import type { SsmStore } from "../store";

type Values = Record<string, string | readonly string[]>;

/**
 * Returns the check for one action on the parameter that the request names (a version or label is not part of its
 * ARN).
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
export function parameterAccess(
  action: string,
  reference: string | undefined,
  context: CallContext<SsmStore>,
  values: Values = {},
): AccessCheck {
  const parameter = findParameter(reference ?? "", context.store);
  return {
    action: `ssm:${action}`,
    resource: parameter?.arn ?? parameterArn(nameOf(reference ?? ""), context),
    context: { ...tagValues(parameter?.tags), ...values },
  };
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

function tagValues(tags: ReadonlyMap<string, string> = new Map()): Values {
  return Object.fromEntries(
    [...tags].flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`ssm:resourceTag/${key}`, value],
    ]),
  );
}

/** Returns the parameter's name. Access checks must not throw, so an invalid reference is returned unchanged. */
function nameOf(reference: string): string {
  try {
    return parseReference(reference).names[0];
  } catch {
    return reference;
  }
}
