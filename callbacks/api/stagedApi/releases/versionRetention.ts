export const deploymentOnlyModule = true;

/**
 * The published versions that may go: all but those in use, wanted, and the newest ones, `keep` together. Those in use
 * stay even when they are more than that.
 *
 * @param versions numbers of the published versions, in any order; `$LATEST` is none.
 * @param held what an alias holds, or what the next rollback would need.
 * @param wanted what further rollbacks would need, the next one first: they go before newer ones that nobody needs.
 */
export function versionsToDelete(
  versions: readonly string[],
  held: readonly string[],
  keep: number,
  wanted: readonly string[] = [],
): string[] {
  const newestFirst = versions
    .filter((version) => /^\d+$/.test(version))
    .sort((a, b) => Number(b) - Number(a));
  const [newest, ...rest] = newestFirst;
  if (newest === undefined) return [];
  // The newest may be on its way to STAGE: no alias holds it yet.
  const kept = new Set([newest, ...held.filter((version) => newestFirst.includes(version))]);
  const there = wanted.filter((version) => newestFirst.includes(version));
  for (const version of [...there, ...rest]) if (kept.size < keep) kept.add(version);
  return newestFirst.filter((version) => !kept.has(version)).reverse();
}

/** The deployments that may go: nothing serves them, and no rollback would need them. */
export function deploymentsToDelete(
  deployments: readonly string[],
  held: readonly string[],
): string[] {
  return deployments.filter((id) => !held.includes(id));
}
