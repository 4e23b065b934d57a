export const deploymentOnlyModule = true;

/**
 * The published versions that may go: all but the newest ones and those that are held, `keep` together. Held ones
 * stay even when they are more than that.
 *
 * @param versions numbers of the published versions, in any order; `$LATEST` is none.
 * @param held what an alias holds, or what a rollback would need.
 */
export function versionsToDelete(
  versions: readonly string[],
  held: readonly string[],
  keep: number,
): string[] {
  const newestFirst = versions
    .filter((version) => /^\d+$/.test(version))
    .sort((a, b) => Number(b) - Number(a));
  const [newest, ...rest] = newestFirst;
  if (newest === undefined) return [];
  // The newest may be on its way to STAGE: no alias holds it yet.
  const kept = new Set([newest, ...held.filter((version) => newestFirst.includes(version))]);
  for (const version of rest) if (kept.size < keep) kept.add(version);
  return newestFirst.filter((version) => !kept.has(version)).reverse();
}

/** The deployments that may go: nothing serves them, and no rollback would need them. */
export function deploymentsToDelete(
  deployments: readonly string[],
  held: readonly string[],
): string[] {
  return deployments.filter((id) => !held.includes(id));
}
