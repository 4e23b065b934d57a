import type { CallContext } from "../../core/service";
import { invalidParameter } from "./api";
import type { Secret, SecretsStore } from "./store";

const DAY_MS = 86_400_000;
const DEFAULT_WINDOW_DAYS = 30;

interface DeletionRequest {
  readonly RecoveryWindowInDays?: number;
  readonly ForceDeleteWithoutRecovery?: boolean;
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html */
export function checkDeletion({
  RecoveryWindowInDays: days,
  ForceDeleteWithoutRecovery: force,
}: DeletionRequest): void {
  if (force && days !== undefined)
    throw invalidParameter(
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  if (days !== undefined && (days < 7 || days > 30))
    throw invalidParameter(
      "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
    );
}

/** Schedules the deletion, or deletes the secret immediately if forced. Returns the date of the deletion. */
export function deleteSecret(
  secret: Secret,
  { RecoveryWindowInDays, ForceDeleteWithoutRecovery }: DeletionRequest,
  { store, clock }: CallContext<SecretsStore>,
): Date {
  if (ForceDeleteWithoutRecovery) {
    clock.clearTimeout(secret.deletion?.timer);
    store.secrets.delete(secret.name);
    return clock.date();
  }
  const delay = (RecoveryWindowInDays ?? DEFAULT_WINDOW_DAYS) * DAY_MS;
  const date = new Date(clock.now() + delay);
  scheduleDeletion(secret, date, store);
  return date;
}

/** Continues the scheduled deletions of a restored store. */
export function resumeDeletions(store: SecretsStore): void {
  for (const secret of store.secrets.values())
    if (secret.deletion) scheduleDeletion(secret, secret.deletion.date, store);
}

function scheduleDeletion(secret: Secret, date: Date, store: SecretsStore): void {
  const { clock } = store.scope;
  const remove = (): void => void store.secrets.delete(secret.name);
  secret.deletion = { date, timer: clock.setTimeout(remove, date.getTime() - clock.now()) };
}
