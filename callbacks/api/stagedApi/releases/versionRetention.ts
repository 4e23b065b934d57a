export const deploymentOnlyModule = true;

/**
 * Returns the published versions to delete: all except those in use, the wanted ones, and the newest, up to `keep` in
 * total. Those in use are kept even when they are more than `keep`.
 *
 * @param versions numbers of the published versions, in any order; `$LATEST` is ignored.
 * @param held versions that an alias points to, or that the next rollback needs.
 * @param wanted versions that further rollbacks need, the next one first: they are kept before newer unneeded ones.
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
  // The newest may be about to go to STAGE: no alias points to it yet.
  const kept = new Set([newest, ...held.filter((version) => newestFirst.includes(version))]);
  const there = wanted.filter((version) => newestFirst.includes(version));
  for (const version of [...there, ...rest]) if (kept.size < keep) kept.add(version);
  return newestFirst.filter((version) => !kept.has(version)).reverse();
}

/** Returns the deployments to delete: no stage serves them, and no rollback needs them. */
export function deploymentsToDelete(
  deployments: readonly string[],
  held: readonly string[],
): string[] {
  return deployments.filter((id) => !held.includes(id));
}
