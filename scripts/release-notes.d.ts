interface Package {
  name: string;
  version: string;
  devDependencies?: Record<string, string>;
}

/**
 * What a release says of itself: the changelog's section of it.
 * @throws an Error with a line for each thing in which tag, packages and changelog do not agree.
 */
export function releaseNotes(tag: string, packages: Package[], changelog: string): string;
