import { cpSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";
import { changesOf, CliStack } from "../test/support/cli/cliStack";
import { findPulumiCli, NO_CLI } from "../localcloud/test/support/pulumiCli";
import type { Row } from "./packing";
import { type DeployedResource, writePlainProgram } from "./plainProgram";

const ROUNDS = 5;
const SOURCES = ["callbacks", "components"];
/** Options of a user's shell: in tests the CLI's programs use a cache of ts-node's output. */
const AS_USERS = { NODE_OPTIONS: "" };

/**
 * Time of `pulumi preview` of stack dev compared with the same resources without components, alternating. The
 * components run in TypeScript, as in this repository, and compiled, as in the npm package; the programs without
 * components use the same inline functions in `aws.lambda.CallbackFunction`, or files that need no serialization.
 */
export async function run(): Promise<{ title: string; rows: Row[] }> {
  const cli = findPulumiCli();
  if (!cli) throw new Error(`The benchmark needs the Pulumi CLI: ${NO_CLI}.`);
  const stacks = await Promise.all(
    [1, 2, 3, 4].map(() => CliStack.start(cli, "dev", {}, AS_USERS)),
  );
  const [ours, compiled, inline, plain] = stacks;
  try {
    await ours.succeed("up --yes --skip-preview");
    const { deployment } = JSON.parse(
      await ours.succeed("stack export --show-secrets"),
      (key, value: unknown) => (key === "assets" ? withFullPaths(value, ours.folder) : value),
    ) as { deployment: { resources: DeployedResource[] } };
    await ours.succeed("destroy --yes --skip-preview");
    for (const name of SOURCES) compile(ownCopy(path.join(compiled.folder, name)));
    const count = writePlainProgram(plain.folder, deployment.resources, "files");
    writePlainProgram(inline.folder, deployment.resources, "inline");
    await checkSame(stacks);
    const times = stacks.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [i, stack] of stacks.entries()) times[i].push(await seconds(stack));
    const [asSource, asPackage, asInline, asFiles] = times.map(median);
    return {
      title:
        "`pulumi preview` of stack dev on the local cloud (seconds, medians of 5, turn by turn)",
      rows: [
        row(`stack dev / the same ${count} resources, plainly`, asSource, asInline, 1.1),
        row("the same, with compiled components", asPackage, asInline),
        row("stack dev / plainly, with functions packed beforehand", asSource, asFiles),
        row("the same, with compiled components", asPackage, asFiles),
      ],
    };
  } finally {
    for (const stack of stacks) await stack.close();
  }
}

function row(figure: string, ours: number, theirs: number, bar?: number): Row {
  const ratio = ours / theirs;
  const shown = { figure, ours: ours.toFixed(2), theirs: theirs.toFixed(2), ratio };
  return bar === undefined ? shown : { ...shown, bar: `<= ${bar}`, holds: ratio <= bar };
}

/** The state names the files of a function's code relative to the program's folder. */
function withFullPaths(assets: unknown, folder: string): unknown {
  return Object.fromEntries(
    Object.entries(Object(assets) as Record<string, { path?: string }>).map(([name, asset]) => [
      name,
      asset.path === undefined ? asset : { ...asset, path: path.resolve(folder, asset.path) },
    ]),
  );
}

/** Replaces a link to the repository's sources, which must not be compiled in place, with a copy of them. */
function ownCopy(folder: string): string {
  const sources = realpathSync(folder);
  rmSync(folder);
  cpSync(sources, folder, { recursive: true });
  return folder;
}

/** Compiles every TypeScript file below the folder to JavaScript, as in a package. */
function compile(folder: string): void {
  const { compilerOptions } = ts.readConfigFile("tsconfig.json", ts.sys.readFile).config as {
    compilerOptions: object;
  };
  const options = ts.convertCompilerOptionsFromJson(compilerOptions, ".").options;
  for (const file of ts.sys.readDirectory(folder, [".ts"])) {
    const { outputText } = ts.transpileModule(readFileSync(file, "utf8"), {
      compilerOptions: options,
      fileName: file,
    });
    writeFileSync(file.replace(/\.ts$/, ".js"), outputText);
    rmSync(file);
  }
}

/** Checks that both request the same resources: otherwise the comparison means nothing. */
async function checkSame(stacks: readonly CliStack[]): Promise<void> {
  const [mine, ...others] = await Promise.all(
    stacks.map(async (stack) => {
      const steps = (await stack.preview()).filter(({ urn }) => /[:$]aws:[^:]+:[^:]+::/.test(urn));
      return changesOf(steps).sort();
    }),
  );
  for (const theirs of others)
    if (JSON.stringify(mine) !== JSON.stringify(theirs))
      throw new Error(`the programs differ: ${mine.length} and ${theirs.length} resources`);
}

async function seconds(stack: CliStack): Promise<number> {
  const started = performance.now();
  await stack.succeed("preview");
  return (performance.now() - started) / 1000;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
