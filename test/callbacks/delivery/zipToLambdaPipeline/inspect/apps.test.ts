import { expect } from "chai";
import { inspectZip } from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/inspectZip";
import type {
  Accepted,
  AppManifest,
  RejectionCode,
  InspectionResult,
} from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/model";
import { bytesSource } from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/sources";
import { writeZip } from "../../../../support/zips/zipWriter";

type Files = Readonly<Record<string, string | Buffer>>;

const NOW = Date.parse("2026-11-28T12:00:00Z");
const NODE = "exports.handler = async () => 'ok';\n";
const PYTHON = "def lambda_handler(event, context):\n    return 'ok'\n";

const inspect = (files: Files, settings?: AppManifest): Promise<InspectionResult> =>
  inspectZip(
    bytesSource(writeZip(Object.entries(files).map(([name, content]) => ({ name, content })))),
    {
      now: () => NOW,
      ...(settings === undefined ? {} : { settings }),
    },
  );

describe("zip inspector: which function an archive defines", () => {
  const json = JSON.stringify;
  const accepted: readonly (readonly [string, Files, Partial<Accepted>])[] = [
    [
      "index.js alone is a Node.js function",
      { "index.js": NODE },
      {
        kind: "node",
        runtime: "nodejs24.x",
        handler: "index.handler",
        entries: 1,
        unzippedBytes: NODE.length,
      },
    ],
    [
      "index.mjs is a Node.js function",
      { "index.mjs": "export const handler = async () => 1;" },
      { kind: "node", handler: "index.handler" },
    ],
    [
      "package.json names the main file and the version of Node.js",
      {
        "package.json": json({ main: "./dist/main.js", engines: { node: "22.x" } }),
        "dist/main.js": NODE,
      },
      { runtime: "nodejs22.x", handler: "dist/main.handler" },
    ],
    [
      "a range of versions takes the newest Node.js",
      { "package.json": json({ engines: { node: ">=18" } }), "index.js": NODE },
      { runtime: "nodejs24.x" },
    ],
    [
      "lambda_function.py is a Python function",
      { "lambda_function.py": PYTHON },
      { kind: "python", runtime: "python3.13", handler: "lambda_function.lambda_handler" },
    ],
    [
      "main.py with handler is a Python function",
      { "main.py": "handler = lambda event, context: 1\n" },
      { kind: "python", handler: "main.handler" },
    ],
    [
      "app.py beside .chalice/config.json is a Chalice app",
      {
        "app.py": "from chalice import Chalice\napp = Chalice(app_name='x')\n",
        "chalice/__init__.py": "",
        ".chalice/config.json": json({
          lambda_timeout: 30,
          stages: { dev: { lambda_memory_size: 256, api_gateway_stage: "api" } },
        }),
      },
      {
        kind: "chalice",
        handler: "app.app",
        manifest: { timeout: 30, memorySize: 256 },
        notes: [".chalice/config.json: api_gateway_stage is ignored"],
      },
    ],
    [
      "zappa_settings.py beside handler.py is a Zappa package",
      { "zappa_settings.py": "APP_MODULE='a'\n", "handler.py": PYTHON, "a.py": "" },
      { kind: "zappa", handler: "handler.lambda_handler" },
    ],
    [
      "lambda.json says what the function is like",
      {
        "lambda.json": json({
          handler: "src/run.main",
          memorySize: 512,
          environment: { TABLE: "t", KEY: { parameter: "/k" } },
        }),
        "src/run.js": "exports.main = 1",
      },
      {
        handler: "src/run.main",
        manifest: {
          handler: "src/run.main",
          memorySize: 512,
          environment: { TABLE: "t", KEY: { parameter: "/k" } },
        },
      },
    ],
    [
      "a bundle keeps its package.json and needs no node_modules",
      { "package.json": json({ dependencies: { left: "1" } }), "index.js": NODE },
      { kind: "node" },
    ],
    [
      "the compiled files of Python name its version",
      { "lambda_function.py": PYTHON, "x/_x.cpython-312-aarch64-linux-gnu.so": elf(0xb7) },
      { runtime: "python3.12", architecture: "arm64" },
    ],
    [
      "a stable ABI's wheel runs on a later Python",
      {
        "lambda_function.py": PYTHON,
        "x-1.dist-info/WHEEL": "Tag: cp39-abi3-manylinux2014_aarch64\n",
      },
      { runtime: "python3.13" },
    ],
    [
      "of a package's files for many platforms one has to fit",
      {
        "index.js": NODE,
        "node_modules/n/prebuilds/linux-x64/n.node": elf(0x3e),
        "node_modules/n/prebuilds/darwin-arm64/n.node": Buffer.from(
          "cffaedfe" + "00".repeat(30),
          "hex",
        ),
      },
      { architecture: "x86_64" },
    ],
    [
      "an import that may fail is not asked for",
      {
        "lambda_function.py": `try:\n    import nope\nexcept ImportError:\n    nope = None\nimport json, os.path\nimport boto3\nimport helper\n${PYTHON}`,
        "helper.py": "",
      },
      { kind: "python" },
    ],
  ];
  for (const [title, files, expected] of accepted)
    it(title, async () => {
      const verdict = await inspect(files);
      expect(verdict).to.include({ accepted: true });
      for (const [key, value] of Object.entries(expected))
        expect((verdict as Accepted)[key as keyof Accepted], key).to.deep.equal(value);
    });

  it("the program's settings win over lambda.json, variable by variable", async () => {
    const verdict = await inspect(
      {
        "index.js": NODE,
        "lambda.json": json({ timeout: 5, memorySize: 256, environment: { A1: "1", B2: "2" } }),
      },
      { timeout: 9, environment: { B2: "3" } },
    );
    expect((verdict as Accepted).manifest).to.deep.equal({
      timeout: 9,
      memorySize: 256,
      environment: { A1: "1", B2: "3" },
    });
  });
});

describe("zip inspector: common mistakes in uploads are rejected with how to fix them", () => {
  const json = JSON.stringify;
  const rejected: readonly (readonly [string, Files, RejectionCode, RegExp, RegExp])[] = [
    [
      "everything inside one folder",
      { "my-app/index.js": NODE, "my-app/package.json": "{}" },
      "insideFolder",
      /folder 'my-app'/,
      /cd my-app && zip -r/,
    ],
    [
      "everything inside one folder, by Finder",
      { "my app/index.js": NODE, "__MACOSX/my app/._index.js": "x" },
      "insideFolder",
      /folder 'my app'/,
      /cd 'my app'.*__MACOSX/,
    ],
    [
      "files that macOS added",
      { "index.js": NODE, "__MACOSX/._index.js": "x" },
      "macResourceForks",
      /__MACOSX/,
      /zip -d/,
    ],
    [
      "an archive inside the archive",
      { "app.zip": "PK" },
      "zipInZip",
      /app\.zip/,
      /upload that one/,
    ],
    ["nothing that runs", { "readme.txt": "hi" }, "noHandler", /readme\.txt/, /index\.js/],
    [
      "TypeScript that was not compiled",
      { "index.ts": "export const handler = 1" },
      "notCompiled",
      /TypeScript/,
      /esbuild/,
    ],
    [
      "a handler's file that is not there",
      { "lambda.json": json({ handler: "app.handler" }), "src/app.js": NODE },
      "handlerNotFound",
      /no app\.js/,
      /src\/app\.handler/,
    ],
    [
      "an export that is not there",
      { "index.js": "exports.main = 1" },
      "handlerNotFound",
      /exports no 'handler'/,
      /exports\.handler/,
    ],
    [
      "a Python function that is not there",
      { "lambda_function.py": "def main(e, c): pass" },
      "handlerNotFound",
      /defines no 'lambda_handler'/,
      /def lambda_handler/,
    ],
    [
      "an ES module that writes exports",
      { "package.json": json({ type: "module" }), "index.js": NODE },
      "handlerNotFound",
      /ES module/,
      /export const handler/,
    ],
    [
      "a main file that is not there",
      { "package.json": json({ main: "dist/x.js" }) },
      "noHandler",
      /dist\/x\.js/,
      /index\.js/,
    ],
    [
      "a missing package of Node.js",
      {
        "package.json": json({ dependencies: { "@a/b": "1" } }),
        "index.js": `const b = require("@a/b/x");\n${NODE}`,
      },
      "missingDependency",
      /@a\/b/,
      /npm ci/,
    ],
    [
      "a missing package of Python",
      { "lambda_function.py": `import requests\n${PYTHON}` },
      "missingDependency",
      /'requests'/,
      /pip install/,
    ],
    [
      "a Chalice app without Chalice",
      { "app.py": "from chalice import Chalice\napp = Chalice()\n", ".chalice/config.json": "{}" },
      "missingDependency",
      /'chalice'/,
      /pip install/,
    ],
    [
      "the source of a Zappa app",
      { "zappa_settings.json": "{}", "flask_app.py": "" },
      "notCompiled",
      /Zappa/,
      /zappa package/,
    ],
    [
      "a web app that nothing calls",
      { "main.py": "app = FastAPI()\n" },
      "noHandler",
      /FastAPI/,
      /Mangum/,
    ],
    [
      "two apps",
      { "index.js": NODE, "lambda_function.py": PYTHON },
      "noHandler",
      /Node\.js and a Python/,
      /lambda\.json/,
    ],
    [
      "machine code for macOS",
      { "index.js": NODE, "x.node": Buffer.from("cffaedfe" + "00".repeat(30), "hex") },
      "wrongPlatform",
      /macOS/,
      /npm ci/,
    ],
    [
      "machine code of two architectures",
      { "index.js": NODE, "x.node": elf(0x3e), "y.node": elf(0xb7) },
      "wrongArchitecture",
      /'y\.node'/,
      /npm ci/,
    ],
    [
      "machine code of another architecture than is said",
      { "index.js": NODE, "x.node": elf(0x3e), "lambda.json": json({ architecture: "arm64" }) },
      "wrongArchitecture",
      /x86_64.*arm64/,
      /architecture/,
    ],
    [
      "a wheel of another Python",
      {
        "lambda_function.py": PYTHON,
        "lambda.json": json({ runtime: "python3.13" }),
        "x-1.dist-info/WHEEL": "Tag: cp312-cp312-manylinux2014_aarch64\n",
      },
      "wrongRuntime",
      /3\.12.*3\.13/,
      /--python-version 3\.13/,
    ],
    [
      "a wheel of macOS",
      {
        "lambda_function.py": PYTHON,
        "x-1.dist-info/WHEEL": "Tag: cp313-cp313-macosx_11_0_arm64\n",
      },
      "wrongPlatform",
      /macOS/,
      /manylinux/,
    ],
    [
      "a runtime past its end",
      { "index.js": NODE, "lambda.json": json({ runtime: "nodejs20.x" }) },
      "runtimeEnded",
      /2026-04-30/,
      /newer/,
    ],
    [
      "a runtime that is not known",
      { "index.js": NODE, "lambda.json": json({ runtime: "nodejs99.x" }) },
      "runtimeUnsupported",
      /nodejs99/,
      /nodejs24/,
    ],
    [
      "a misspelt key",
      { "index.js": NODE, "lambda.json": json({ memroySize: 1 }) },
      "badManifest",
      /did you mean 'memorySize'/,
      /lambda\.json/,
    ],
    [
      "an address that whoever uploads asks for",
      { "index.js": NODE, "lambda.json": json({ http: "functionUrl" }) },
      "badManifest",
      /'http' is for the program to say, in apps/,
      /lambda\.json/,
    ],
    [
      "a role that whoever uploads asks for",
      { "index.js": NODE, "lambda.json": json({ role: "arn:aws:iam::123456789012:role/admin" }) },
      "badManifest",
      /'role' cannot be set by an app/,
      /lambda\.json/,
    ],
    [
      "a value out of range",
      { "index.js": NODE, "lambda.json": json({ timeout: 901 }) },
      "badManifest",
      /1 to 900/,
      /lambda\.json/,
    ],
    [
      "lambda.json that is no JSON",
      { "index.js": NODE, "lambda.json": "{,}" },
      "badManifest",
      /not valid JSON/,
      /fix/,
    ],
  ];
  for (const [title, files, code, message, fix] of rejected)
    it(title, async () => {
      const verdict = await inspect(files);
      expect(verdict).to.include({ accepted: false, code });
      expect((verdict as { message: string }).message).to.match(message);
      expect((verdict as { fix: string }).fix).to.match(fix);
    });
});

/** The header of a 64 bit ELF file for a machine. */
function elf(machine: number): Buffer {
  const bytes = Buffer.alloc(64);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(bytes);
  bytes.writeUInt16LE(machine, 18);
  return bytes;
}
