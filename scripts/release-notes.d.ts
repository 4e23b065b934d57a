interface Package {
  name: string;
  version: string;
  devDependencies?: Record<string, string>;
}

/**
 * Returns the changelog's section of a release.
 * @throws an Error with one line for each mismatch between tag, packages and changelog.
 */
export function releaseNotes(tag: string, packages: Package[], changelog: string): string;
