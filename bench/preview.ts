import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";
import { changesOf, CliStack } from "../test/support/cliStack";
import { findPulumiCli, NO_CLI } from "../localcloud/test/support/pulumiCli";
import type { Row } from "./packing";
import { type DeployedResource, writePlainProgram } from "./plainProgram";

const ROUNDS = 5;
const SOURCES = ["callbacks", "components"];
/** Tests have the CLI's programs remember what ts-node made of them. */
const AS_USERS = { NODE_OPTIONS: "" };

/**
 * Time of `pulumi preview` of stack dev beside that of the same resources without components, turn by turn: with the
 * components as this repository has them, in TypeScript, and compiled as the npm package brings them; beside the same
 * inline functions in `aws.lambda.CallbackFunction`, and beside files that nothing has to be serialized for.
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
    const { deployment } = JSON.parse(await ours.succeed("stack export --show-secrets")) as {
      deployment: { resources: DeployedResource[] };
    };
    await ours.succeed("destroy --yes --skip-preview");
    for (const name of SOURCES) compile(path.join(compiled.folder, name));
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

/** Every TypeScript file below the folder becomes the JavaScript that a package has. */
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

/** Both must ask for the same resources, or the comparison says nothing. */
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
