import type { Detected } from "./detectApp";
import type { AppKind, AppManifest, Contents } from "./model";
import { checkPythonImports } from "./pythonImports";
import { pythonRuntime } from "./pythonTags";
import { rejection, shown } from "./reject";

export const deploymentOnlyModule = true;

/** Detects a Python app: plain, of Chalice or packed by Zappa. */
export async function detectPython(contents: Contents, manifest: AppManifest): Promise<Detected> {
  const kind = kindOf(contents);
  const handler = manifest.handler ?? (await defaultHandler(contents, kind));
  const file = handlerFile(contents, handler);
  const text = (await contents.readText(file)) ?? "";
  checkName(file, handler.slice(handler.lastIndexOf(".") + 1), text);
  const runtime = pythonRuntime(contents, manifest.runtime);
  if (manifest.layers === undefined) checkPythonImports(contents, file, text);
  return { kind, runtime, handler, notes: [] };
}

function kindOf({ files }: Contents): AppKind {
  if (files.has("zappa_settings.py")) return "zappa";
  if (
    files.has("app.py") &&
    (files.has(".chalice/config.json") || files.has("chalice/__init__.py"))
  )
    return "chalice";
  return "python";
}

async function defaultHandler(contents: Contents, kind: AppKind): Promise<string> {
  const { files } = contents;
  if (kind === "chalice") return "app.app";
  if (kind === "zappa") return zappaHandler(contents);
  if (files.has("lambda_function.py")) return "lambda_function.lambda_handler";
  for (const name of ["app", "main", "handler", "index", "lambda_handler"]) {
    const text = await contents.readText(`${name}.py`);
    const found = ["lambda_handler", "handler"].find((one) => definesName(one, text ?? ""));
    if (found !== undefined) return `${name}.${found}`;
    if (text !== undefined) refuseWebApp(`${name}.py`, text);
  }
  if (files.has("zappa_settings.json") || files.has("zappa_settings.toml"))
    throw rejection(
      "notCompiled",
      "this is the source of a Zappa app, not its package",
      "run zappa package <stage>, and upload the zip that it makes",
    );
  throw rejection(
    "noHandler",
    "there is no lambda_function.py with lambda_handler at the root",
    'name the function in lambda.json: { "handler": "file.function" }',
  );
}

/** Zappa copies its handler to the root; otherwise the same handler is in the package. */
function zappaHandler({ files }: Contents): string {
  if (files.has("handler.py")) return "handler.lambda_handler";
  if (files.has("zappa/handler.py")) return "zappa.handler.lambda_handler";
  throw rejection(
    "missingDependency",
    "zappa_settings.py is there and Zappa's handler is not",
    "make the archive with zappa package <stage>",
  );
}

function refuseWebApp(file: string, text: string): void {
  const framework = /=\s*(Flask|FastAPI|Starlette|Bottle|Quart|Sanic)\s*\(/.exec(text)?.[1];
  if (framework === undefined) return;
  const asgi = ["FastAPI", "Starlette", "Quart"].includes(framework);
  throw rejection(
    "noHandler",
    `${file} has a ${framework} app and no function that Lambda can call`,
    asgi
      ? "wrap it: from mangum import Mangum; handler = Mangum(app)"
      : "wrap it: from apig_wsgi import make_lambda_handler; handler = make_lambda_handler(app); or pack it with Zappa",
  );
}

function handlerFile({ files }: Contents, handler: string): string {
  const path = handler.slice(0, handler.lastIndexOf(".")).replaceAll(".", "/");
  const found = [`${path}.py`, `${path}/__init__.py`].find((name) => files.has(name));
  if (found !== undefined) return found;
  const near = [...files.keys()].find((name) =>
    name.endsWith(`/${path.split("/").at(-1) ?? ""}.py`),
  );
  throw rejection(
    "handlerNotFound",
    `the handler is '${shown(handler)}', and the archive has no ${shown(path)}.py`,
    near === undefined
      ? "name the file that is there in lambda.json"
      : `'${shown(near)}' is there: name it in lambda.json`,
  );
}

function checkName(file: string, name: string, text: string): void {
  if (definesName(name, text) || /^\s*from\s+\S+\s+import\s+\*/m.test(text)) return;
  throw rejection(
    "handlerNotFound",
    `${shown(file)} defines no '${shown(name)}'`,
    `write def ${shown(name)}(event, context): there, or name the function that is there in lambda.json`,
  );
}

/** Checks for a function, a class, an assignment or an import of that name, at any indentation. */
function definesName(name: string, text: string): boolean {
  const word = name.replace(/[^\w]/g, "");
  return new RegExp(
    `^\\s*(async\\s+def|def|class)\\s+${word}\\b|^\\s*${word}\\s*(:[^=\\n]+)?=[^=]|^\\s*(from\\s[^\\n]*)?import\\s[^\\n]*\\b${word}\\b|^\\s+${word}\\s*,?\\s*$`,
    "m",
  ).test(text);
}
