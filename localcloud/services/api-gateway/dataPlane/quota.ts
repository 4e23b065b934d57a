import type { QuotaSettings } from "@aws-sdk/client-api-gateway";

const DAY_MS = 86_400_000;

/** Counts requests per API key and usage plan, by UTC day. */
export class QuotaCounters {
  private readonly counts = new Map<string, number>();

  usedOn(planId: string, keyId: string, day: string): number {
    return this.counts.get(counterKey(planId, keyId, day)) ?? 0;
  }

  /** Counts one request. Returns false if the quota of the current period is used up. */
  take(planId: string, keyId: string, quota: QuotaSettings | undefined, now: number): boolean {
    if (quota && this.usedIn(planId, keyId, quota, now) >= (quota.limit ?? 0)) return false;
    const key = counterKey(planId, keyId, dayOf(now));
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    return true;
  }

  private usedIn(planId: string, keyId: string, quota: QuotaSettings, now: number): number {
    let used = 0;
    for (let time = periodStart(quota, now); time <= now; time += DAY_MS)
      used += this.usedOn(planId, keyId, dayOf(time));
    return used;
  }
}

/** Returns midnight (UTC) of the period's first day. Weeks start on Sunday and months on the 1st, plus the offset. */
export function periodStart({ period, offset = 0 }: QuotaSettings, now: number): number {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  if (period === "WEEK") {
    const daysIn = (new Date(today).getUTCDay() - offset + 7) % 7;
    return today - daysIn * DAY_MS;
  }
  if (period === "MONTH") {
    const date = new Date(today);
    const thisMonth = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1 + offset);
    return thisMonth <= today
      ? thisMonth
      : Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1, 1 + offset);
  }
  return today;
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function counterKey(planId: string, keyId: string, day: string): string {
  return `${planId}/${keyId}/${day}`;
}
