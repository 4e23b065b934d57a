import * as pulumi from "@pulumi/pulumi";
import { ECSClient, paginateListServices, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import * as esbuild from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { packCallback, type PackedCallback } from "../components/function/packing/packCallback";
import * as manifest from "../package.json";

/** One line of the table: a figure, its limit (if any), and whether it is met. */
export interface Row {
  figure: string;
  ours: string;
  theirs: string;
  ratio: number;
  bar?: string;
  holds?: boolean;
}

/** The handler of all figures: it pages through the services of a cluster and updates each. */
const updateServices = () => {
  const ecs = new ECSClient({});
  return async (event: { cluster: string }): Promise<number> => {
    let updated = 0;
    for await (const page of paginateListServices({ client: ecs }, { cluster: event.cluster })) {
      for (const service of page.serviceArns ?? []) {
        await ecs.send(new UpdateServiceCommand({ cluster: event.cluster, service }));
        updated += 1;
      }
    }
    return updated;
  };
};

/** Sizes and start times of the packed handler compared with Pulumi's own packing and a hand-written bundle. */
export async function run(): Promise<{ title: string; rows: Row[] }> {
  const packed = await packCallback(updateServices, { isFactory: true });
  const anywhere = await packCallback(updateServices, { isFactory: true, runsIn: "instance" });
  const byHand = await bundleByHand();
  const [inThisProgram, alone] = await Promise.all([pulumiPackage([]), pulumiPackage(OTHERS)]);
  const [initOfOurs, initOfHand] = initTimes([packed.files, { "index.js": byHand }]);
  const [ours, whole] = [size(packed), size(anywhere)];
  return {
    title: "One ECS handler, packed (bytes unpacked; module init in fresh processes, medians)",
    rows: [
      row("bytes / CallbackFunction in this program", ours, inThisProgram, 1 / 150),
      row("bytes / the same, with all credential sources", whole, inThisProgram, 1 / 90),
      row("bytes / CallbackFunction where client-ecs is the only dependency", ours, alone),
      row("bytes / hand-written bundle", ours, byHand.length, 1.05),
      row("bytes / the same, with all credential sources", whole, byHand.length, 1.05),
      row("module init, ms / hand-written bundle", initOfOurs, initOfHand, 0.6),
    ],
  };
}

function row(figure: string, ours: number, theirs: number, bar?: number): Row {
  const ratio = ours / theirs;
  const show = (n: number): string =>
    n < 1000 ? n.toFixed(1) : Math.round(n).toLocaleString("en");
  const shown = { figure, ours: show(ours), theirs: show(theirs), ratio };
  if (bar === undefined) return shown;
  const barText = bar < 0.1 ? `<= 1/${Math.round(1 / bar)}` : `<= ${bar}`;
  return { ...shown, bar: barText, holds: ratio <= bar };
}

function size({ files }: PackedCallback): number {
  return Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

/**
 * Returns a bundle as a careful developer would make it without this package: esbuild's defaults for Node.js, minified.
 */
async function bundleByHand(): Promise<string> {
  const contents = `
    import { ECSClient, paginateListServices, UpdateServiceCommand } from "@aws-sdk/client-ecs";
    export const handler = (${updateServices.toString().replaceAll(/client_ecs_1\.|\(0, client_ecs_1\.(\w+)\)/g, "$1")})();`;
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: process.cwd() },
    write: false,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node22",
    format: "cjs",
  });
  return outputFiles[0].text;
}

const OTHERS = Object.keys(manifest.dependencies).filter((name) => name !== "@aws-sdk/client-ecs");

/**
 * Returns the unpacked bytes that aws.lambda.CallbackFunction zips for the handler: its text, and every package below
 * the program's `dependencies` except the excluded ones, used or not.
 */
async function pulumiPackage(excluded: string[]): Promise<number> {
  const options = { isFactoryFunction: true };
  const { text } = await pulumi.runtime.serializeFunction(updateServices, options);
  const extraExcludePackages = ["aws-sdk", ...excluded];
  const paths = await pulumi.runtime.computeCodePaths({ extraExcludePackages });
  return [...paths.keys()].reduce((sum, file) => sum + diskBytes(file), Buffer.byteLength(text));
}

function diskBytes(file: string): number {
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(file).reduce((sum, entry) => sum + diskBytes(path.join(file, entry)), 0);
}

const ROUNDS = 15;

/** Returns the median milliseconds to load each package's index.js, in a separate process each time, alternating. */
function initTimes(packages: Record<string, string>[]): number[] {
  const root = mkdtempSync(path.join(tmpdir(), "init-"));
  try {
    const folders = packages.map((files, i) => {
      const folder = path.join(root, String(i));
      mkdirSync(folder);
      for (const [name, text] of Object.entries(files))
        writeFileSync(path.join(folder, name), text);
      return folder;
    });
    const times = folders.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      folders.forEach((folder, i) => times[i].push(initTime(folder)));
    }
    return times.map(median);
  } finally {
    rmSync(root, { recursive: true });
  }
}

function initTime(cwd: string): number {
  const script = `
    const start = process.hrtime.bigint();
    require("./index.js");
    require("fs").writeSync(1, String(Number(process.hrtime.bigint() - start) / 1e6));
    process.exit(0);`;
  const env = { AWS_REGION: "eu-central-1", AWS_LAMBDA_FUNCTION_NAME: "bench" };
  const { stdout, stderr } = spawnSync(process.execPath, ["--no-warnings", "-e", script], {
    cwd,
    env,
  });
  const time = Number(stdout.toString());
  if (!time) throw new Error(`the package does not load: ${stderr.toString()}`);
  return time;
}

function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function ratioText(ratio: number): string {
  return ratio < 0.1 ? `1/${Math.round(1 / ratio)}` : ratio.toFixed(2);
}

async function main(): Promise<void> {
  const { title, rows } = await run();
  console.log(title);
  console.table(rows.map((one) => ({ ...one, ratio: ratioText(one.ratio) })));
  const folder = path.join(__dirname, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "packing.json"), `${JSON.stringify({ title, rows }, null, 2)}\n`);
}

if (require.main === module) void main();
