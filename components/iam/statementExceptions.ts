import type { PolicyException } from "./policyException";
import { REVEALING_ACTIONS } from "./revealingActions";
import type { Statement } from "./statement";
import { isVisibleText } from "./visibleText";

/** Returns the exceptions to the policy pack that statements with a reason cause, for the policy of that name. */
export function statementExceptions(
  statements: readonly (Statement | null)[] | undefined,
  policy: string,
): PolicyException[] {
  if (!Array.isArray(statements)) return [];
  return statements.flatMap((statement: Statement | null) => {
    const { actions, reason } = statement ?? {};
    if (!isVisibleText(reason) || !Array.isArray(actions)) return [];
    const revealed = actions.filter((action) => REVEALING_ACTIONS.has(action));
    const exception = (rule: string, of: string): PolicyException => ({
      rule,
      resource: policy,
      finding: `${of} on *`,
      reason,
    });
    return [
      exception("AwsSolutions-IAM5", actions.join(", ")),
      ...revealed.map((action) => exception("CKV_AWS_287", action)),
    ];
  });
}
