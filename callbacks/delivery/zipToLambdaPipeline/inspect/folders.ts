import { rejection, shown } from "./reject";

export const deploymentOnlyModule = true;

const WITHOUT_MAC = "-x '__MACOSX/*' '*.DS_Store'";

/** Refuses archives as a file manager creates them from a folder, and names the command that creates a correct one. */
export function checkFolders(names: readonly string[]): void {
  const mac = names.filter((name) => isMac(name));
  const real = names.filter((name) => !isMac(name));
  const [first] = real;
  if (first === undefined)
    throw rejection(
      "empty",
      "the archive has no files",
      "zip the app's files: (cd app && zip -r ../app.zip .)",
    );
  if (real.length === 1 && /\.(zip|tar|tgz|tar\.gz|whl|egg)$/i.test(first))
    throw rejection(
      "zipInZip",
      `the archive holds nothing but the archive '${shown(first)}'`,
      "upload that one, if it is a zip",
    );
  const folder = first.slice(0, first.indexOf("/") + 1);
  if (
    folder !== "" &&
    !isPackage(folder, real) &&
    real.every((name) => name.startsWith(folder)) &&
    startsApp(real, folder)
  )
    throw rejection(
      "insideFolder",
      `everything is inside the folder '${shown(folder.slice(0, -1))}'; Lambda looks at the root of the archive`,
      `zip what is in the folder: (cd ${quoted(folder)} && zip -r ../app.zip . ${WITHOUT_MAC})`,
    );
  const [resource] = mac;
  if (resource !== undefined)
    throw rejection(
      "macResourceForks",
      `the archive has ${mac.length} files that macOS added, such as '${shown(resource)}'`,
      `take them out: zip -d app.zip '__MACOSX/*' '*.DS_Store' '._*' '*/._*'; or zip with: zip -r app.zip . ${WITHOUT_MAC}`,
    );
}

function isMac(name: string): boolean {
  return name.startsWith("__MACOSX/") || /(^|\/)(\.DS_Store|\._[^/]+)$/.test(name);
}

/**
 * Checks for a Python package. `src/index.js` with a lambda.json next to the folder is never checked here: then not
 * everything is inside the folder.
 */
function isPackage(folder: string, names: readonly string[]): boolean {
  return names.includes(`${folder}__init__.py`);
}

function startsApp(names: readonly string[], folder: string): boolean {
  return names.some((name) => /^[^/]+\.([cm]?js|ts|py|json)$/.test(name.slice(folder.length)));
}

function quoted(folder: string): string {
  const name = folder.slice(0, -1);
  return /^[\w.-]+$/.test(name) ? name : `'${shown(name).replaceAll("'", "")}'`;
}
