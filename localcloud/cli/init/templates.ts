/** The files of a new project, by name. docs/testing.md and the README describe each of them. */
export function templates(name: string): Readonly<Record<string, string>> {
  return {
    "Pulumi.yaml": `name: ${name}
description: Event-driven AWS from inline TypeScript callbacks
runtime:
  name: nodejs
  options:
    typescript: true
main: index.ts
`,
    "Pulumi.dev.yaml": `config:
  aws:region: us-east-1
`,
    "tsconfig.json": json({
      compilerOptions: {
        target: "ES2022",
        module: "CommonJS",
        moduleResolution: "node10",
        types: ["node"],
        strict: true,
        useDefineForClassFields: false,
        skipLibCheck: true,
        sourceMap: true,
        noEmit: true,
      },
      include: ["*.ts"],
    }),
    "index.ts": `import { CallbackFunction } from "aws-callbacks";

const hello = new CallbackFunction("hello", {
  callback: async (event: { name: string }) => ({ greeting: \`Hello, \${event.name}!\` }),
  permissions: [],
  alarmActions: [],
});

export const helloName = hello.name;
`,
    "events/hello.json": `{ "name": "Ada" }
`,
    "hello.test.ts": `import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import * as kit from "aws-callbacks-localcloud/testing";
import * as assert from "node:assert/strict";
import { after, before, test } from "node:test";

let program: kit.RunningProgram;
before(async () => {
  program = await kit.startProgram();
});
after(() => program.close());

test("greets by name", async () => {
  const { Payload } = await program.client(LambdaClient).send(
    new InvokeCommand({
      FunctionName: program.output("helloName"),
      Payload: JSON.stringify({ name: "Ada" }),
    }),
  );
  assert.deepEqual(JSON.parse(Payload?.transformToString() ?? ""), { greeting: "Hello, Ada!" });
});
`,
    ".vscode/launch.json": json({
      version: "0.2.0",
      configurations: [
        {
          name: "Stop in a function (npm start -- --inspect)",
          type: "node",
          request: "attach",
          port: 9230,
          restart: true,
          resolveSourceMapLocations: null,
          skipFiles: ["<node_internals>/**", "**/deps.js"],
        },
      ],
    }),
    ".gitignore": "node_modules\n",
  };
}

/** The parts of package.json that `npm start` and `npm test` need; existing entries stay unchanged. */
export const MANIFEST = {
  private: true,
  main: "index.ts",
  scripts: {
    start: "localcloud up",
    test: "node --require ts-node/register --test hello.test.ts",
  },
} as const;

export function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
