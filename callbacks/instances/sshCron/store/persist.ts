import { isThrottled, isTransient, nameOf, type Retry } from "../../../retry";

export const deploymentOnlyModule = true;

/** Milliseconds. */
const FIRST_WAIT = 50;
const LONGEST_WAIT = 2_000;

/**
 * Retries a write until DynamoDB has decided about it: a conflict with another write to the same item, throttling or a
 * lost answer says nothing about its conditions, and a run whose end is not written would become `lost`. The command is
 * the same one each time, with its own token, so that a write that did happen gets the same answer.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export async function persist<T>(
  { deps, until }: Pick<Retry, "deps" | "until">,
  write: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
      const wait = longest / 2 + (deps.random() * longest) / 2;
      if (!isUndecided(error) || deps.now() + wait > until) throw error;
      await deps.sleep(wait);
    }
  }
}

/** Returns for each part of a transaction whether its condition was not met. */
export function refusalsOf(error: unknown): boolean[] {
  return reasonsOf(error).map((code) => code === "ConditionalCheckFailed");
}

function isUndecided(error: unknown): boolean {
  const reasons = reasonsOf(error);
  if (reasons.length > 0)
    return !reasons.some((code) => code === "ConditionalCheckFailed" || code === "ValidationError");
  const busy =
    /^(TransactionConflict|TransactionInProgress|ProvisionedThroughputExceeded)Exception$/;
  return busy.test(nameOf(error)) || isThrottled(error) || isTransient(error);
}

function reasonsOf(error: unknown): (string | undefined)[] {
  const { name, CancellationReasons = [] } = error as {
    name?: string;
    CancellationReasons?: { Code?: string }[];
  };
  if (name !== "TransactionCanceledException") return [];
  return CancellationReasons.map(({ Code }) => Code);
}
