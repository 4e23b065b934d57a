import { rejection, shown } from "./reject";

export const deploymentOnlyModule = true;

const UNIX = 3;
const TYPE = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;
const SYMLINK = 0o120000;
const SETUID_SETGID_STICKY = 0o7000;

const READABLE = "make the files readable for everyone: chmod -R a+rX app, then zip again";

/**
 * Refuses an entry that is neither a file nor a folder, and one that the function could not read: it does not run as
 * the user that unpacks. https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
 */
export function checkMode(
  name: string,
  attributes: { readonly versionMadeBy: number; readonly external: number },
): void {
  if (attributes.versionMadeBy >> 8 !== UNIX) return;
  const mode = attributes.external >>> 16;
  const type = mode & TYPE;
  const folder = name.endsWith("/");
  if (type === SYMLINK)
    throw rejection(
      "symlink",
      `'${shown(name)}' is a symbolic link`,
      "zip what it points to: zip -r without -y",
    );
  if (type !== 0 && type !== (folder ? FOLDER : REGULAR))
    throw rejection(
      "specialFile",
      `'${shown(name)}' is a device, a pipe or another special file`,
      "leave it out of the archive",
    );
  if ((mode & SETUID_SETGID_STICKY) !== 0)
    throw rejection(
      "setuid",
      `'${shown(name)}' has a setuid, setgid or sticky bit`,
      "chmod -R u-s,g-s,-t app, then zip again",
    );
  const needed = folder ? 0o005 : 0o004;
  if ((mode & needed) !== needed)
    throw rejection(
      "unreadableMode",
      `'${shown(name)}' has mode 0${(mode & 0o777).toString(8).padStart(3, "0")}: Lambda could not read it`,
      READABLE,
    );
}
