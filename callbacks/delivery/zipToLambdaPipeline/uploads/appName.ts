export const deploymentOnlyModule = true;

export const APPS_FOLDER = "apps/";
export const STATUS_FOLDER = "status/";
/** Folder for the results of builds, until Lambda has read them. */
export const BUILT_FOLDER = "built/";
const ZIP = ".zip";

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html (FunctionName) */
const LONGEST_FUNCTION_NAME = 64;

/** The name of an app, or why its key is not valid. */
export type AppName =
  { readonly name: string } | { readonly message: string; readonly fix: string };

/**
 * Returns the app of a key: `apps/<name>.zip`. The name becomes part of the function's name, so only a list of
 * characters is allowed and the key is never used as it is.
 */
export function appNameOf(key: string, functionPrefix: string): AppName {
  const name = key.startsWith(APPS_FOLDER) && key.endsWith(ZIP) ? nameIn(key) : "";
  return nameProblem(name, functionPrefix) ?? { name };
}

/** Returns what is wrong with a name; undefined when a function can have it. */
export function nameProblem(
  name: string,
  functionPrefix: string,
): { readonly message: string; readonly fix: string } | undefined {
  if (!/^[a-z0-9-]+$/.test(name))
    return {
      message: `the name of the app is '${shorten(name)}'; allowed are the letters a to z, digits and -`,
      fix: "upload it as apps/<name>.zip, such as apps/hello.zip",
    };
  const longest = longestName(functionPrefix);
  if (name.length > longest)
    return {
      message: `the name '${shorten(name)}' has ${name.length} characters, allowed are ${longest}: a function's name has ${LONGEST_FUNCTION_NAME}, and begins with ${functionPrefix}`,
      fix: `upload it under a name of at most ${longest} characters`,
    };
  return undefined;
}

/** Returns how many characters Lambda leaves for the name of an app. */
export function longestName(functionPrefix: string): number {
  return LONGEST_FUNCTION_NAME - functionPrefix.length;
}

/** Returns the key of an upload's status; undefined for a key that is not valid as a path. */
export function statusKeyOf(key: string): string | undefined {
  const isPlain = /^[\w!.*'() /-]{1,900}$/.test(key) && !key.split("/").includes("..");
  return isPlain ? `${STATUS_FOLDER}${key}.json` : undefined;
}

export function keyOf(name: string): string {
  return `${APPS_FOLDER}${name}${ZIP}`;
}

/** Returns the key of the zip that a build of an app has produced. */
export function builtKeyOf(name: string): string {
  return `${BUILT_FOLDER}${name}${ZIP}`;
}

function nameIn(key: string): string {
  return key.slice(APPS_FOLDER.length, -ZIP.length);
}

function shorten(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}...` : name;
}
