import { AwsError } from "../../../core/errors";
import type { Operation } from "../../../core/service";

/** STS has no state: roles and sessions belong to the IAM service. */
export type StsStore = Record<string, never>;

/** An operation of STS; `Output` is the SDK's command output. */
export type StsOperation<Input, Output> = Operation<StsStore, Input, Omit<Output, "$metadata">>;

/** Refuses options that would change a session's permissions; they are never ignored. */
export function refuseUnsupported(input: object, members: readonly string[]): void {
  const given = Object.entries(input).find(
    ([member, value]) => members.includes(member) && value !== undefined,
  );
  if (given)
    throw new AwsError("NotImplemented", `The local cloud does not support ${given[0]} here.`, {
      status: 501,
    });
}
