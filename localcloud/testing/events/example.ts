// Values that all example events share; AWS's own documentation uses the same account number.

export const ACCOUNT_ID = "123456789012";
export const REGION = "us-east-1";
export const TIME = "2026-01-01T00:00:00.000Z";

let made = 0;

/** Returns a UUID that differs in every call, and is reproducible in every run. */
export function nextUuid(): string {
  made += 1;
  return `00000000-0000-4000-8000-${made.toString(16).padStart(12, "0")}`;
}

/** Returns one or several overrides as a list; without any, one event without overrides. */
export function overridesOf<Override extends object>(
  given: Override | readonly Override[] | undefined,
): readonly Override[] {
  if (given === undefined) return [{} as Override];
  return isList(given) ? given : [given];
}

function isList<Item extends object>(given: Item | readonly Item[]): given is readonly Item[] {
  return Array.isArray(given);
}
