import { AwsError } from "../../../core/errors";
import type { Operation } from "../../../core/service";

/** STS keeps nothing of its own: roles and sessions are the IAM service's. */
export type StsStore = Record<string, never>;

/** An operation of STS; `Output` is the SDK's command output. */
export type StsOperation<Input, Output> = Operation<StsStore, Input, Omit<Output, "$metadata">>;

/** Options that would change what a session may do are never ignored. */
export function refuseUnsupported(input: object, members: readonly string[]): void {
  const given = Object.entries(input).find(
    ([member, value]) => members.includes(member) && value !== undefined,
  );
  if (given)
    throw new AwsError("NotImplemented", `The local cloud does not support ${given[0]} here.`, {
      status: 501,
    });
}
