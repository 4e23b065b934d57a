import { checkLength, checkPattern, required } from "../../../core/constraint";
import { AwsError } from "../../../core/errors";
import { applyRetention } from "./expiry";
import type { LogGroup, LogsStore, LogStream } from "../store";

export const INVALID = "InvalidParameterException";

/** A reference to a group by name or, in newer operations, by name or ARN. */
export interface GroupReference {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
}

/** Returns the group that a request names, after removing its expired events. @throws ResourceNotFoundException */
export function getGroup(reference: GroupReference, store: LogsStore): LogGroup {
  const group = store.groups.get(groupName(reference));
  if (!group) throw groupNotFound();
  applyRetention(group, store.scope.clock.now());
  return group;
}

/** @throws ResourceNotFoundException */
export function getStream(group: LogGroup, name: string | undefined): LogStream {
  const stream = group.streams.get(checkStreamName(name));
  if (!stream)
    throw new AwsError("ResourceNotFoundException", "The specified log stream does not exist.");
  return stream;
}

/** Returns the name of the group, given by name or ARN (with or without `:*`). */
export function groupName({ logGroupName, logGroupIdentifier }: GroupReference): string {
  if (logGroupName !== undefined && logGroupIdentifier !== undefined)
    throw new AwsError(
      "ValidationException",
      "LogGroup name and LogGroup ARN are mutually exclusive parameters.",
    );
  if (logGroupIdentifier !== undefined) return nameInArn(logGroupIdentifier);
  return checkGroupName(logGroupName);
}

/** Returns the name in `arn:aws:logs:...:log-group:NAME[:*]`, or a plain name unchanged. */
export function nameInArn(identifier: string): string {
  return /^arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:]+)(:\*)?$/.exec(identifier)?.[1] ?? identifier;
}

export function checkGroupName(name: string | undefined): string {
  const text = required(name, "logGroupName", INVALID);
  checkLength(text, "logGroupName", { min: 1, max: 512 }, INVALID);
  checkPattern(text, "logGroupName", /^[.\-_/#A-Za-z0-9]+$/, INVALID);
  return text;
}

export function checkStreamName(name: string | undefined): string {
  const text = required(name, "logStreamName", INVALID);
  checkLength(text, "logStreamName", { min: 1, max: 512 }, INVALID);
  checkPattern(text, "logStreamName", /^[^:*]*$/, INVALID);
  return text;
}

export function groupNotFound(): AwsError {
  return new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
}

export function invalidToken(): AwsError {
  return new AwsError(INVALID, "The specified nextToken is invalid.");
}
