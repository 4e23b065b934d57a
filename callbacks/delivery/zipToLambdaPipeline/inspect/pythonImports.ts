import type { Contents } from "./model";
import { rejection, shown } from "./reject";

export const deploymentOnlyModule = true;

// The standard library of Python 3.10 to 3.14 (sys.stdlib_module_names) and the modules that Lambda's runtime adds
// (https://docs.aws.amazon.com/lambda/latest/dg/python-package.html): every other module must be in the archive.
const PROVIDED = `abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo boto3 botocore s3transfer jmespath dateutil urllib3 six awslambdaric snapshot_restore_py simplejson`;

/**
 * Refuses an import at the top of the handler's file that would fail: of a module that is neither Python's nor in the
 * archive.
 */
export function checkPythonImports(contents: Contents, file: string, text: string): void {
  const names = [...contents.files.keys()];
  const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/") + 1) : "";
  const provided = new Set(PROVIDED.split(" "));
  for (const name of topImports(text)) {
    if (provided.has(name) || name.startsWith("_") || isThere(name, names, ["", folder])) continue;
    throw rejection(
      "missingDependency",
      `${shown(file)} imports '${shown(name)}', and the archive does not have it`,
      "install it beside your code before zipping: pip install -r requirements.txt -t . --platform manylinux2014_aarch64 --only-binary=:all:",
    );
  }
}

/** Returns the imports without indentation only: an import in a `try` or a function may fail on purpose. */
function topImports(text: string): string[] {
  const code = text.replace(/("""|''')[\s\S]*?\1/g, "");
  const found: string[] = [];
  for (const [, from, list] of code.matchAll(
    /^(?:from\s+([A-Za-z_][\w.]*)\s+import\b|import\s+([^\n#;(]+))/gm,
  )) {
    const modules = from === undefined ? (list ?? "").split(",") : [from];
    for (const module of modules) {
      const name = /^\s*([A-Za-z_]\w*)/.exec(module)?.[1];
      if (name !== undefined) found.push(name);
    }
  }
  return found;
}

function isThere(name: string, names: readonly string[], folders: readonly string[]): boolean {
  return folders.some((folder) =>
    names.some((file) => {
      if (!file.startsWith(folder)) return false;
      const rest = file.slice(folder.length);
      return (
        rest.startsWith(`${name}/`) ||
        rest === `${name}.py` ||
        (rest.startsWith(`${name}.`) && rest.endsWith(".so"))
      );
    }),
  );
}
