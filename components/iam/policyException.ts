/**
 * A deliberate exception to a rule of the policy pack. A component lists its exceptions among its own inputs
 * (`policyExceptions`), so they are visible in its code, in the stack's state and in every preview, and apply only to
 * its children.
 */
export interface PolicyException {
  /** Id of the rule, such as `AwsSolutions-APIG4`. */
  rule: string;
  /** Logical name of the child that may break it; `*` stands for any characters. */
  resource: string;
  /**
   * The finding that is meant, if a rule can have several; `*` as above, `[*]` for a literal `*`. Default: all of that
   * child.
   */
  finding?: string;
  /** Why the exception is right here: one sentence for readers. */
  reason: string;
}
