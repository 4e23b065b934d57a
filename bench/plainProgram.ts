import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { StateResource } from "../test/support/cli/cliStack";

/** A resource of the state, with the sources of each of its properties. */
export interface DeployedResource extends StateResource {
  readonly custom?: boolean;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
}

interface Reference {
  readonly text: string;
  readonly expression: string;
}

/**
 * How a program without components provides the code of its functions: `inline`, with `aws.lambda.CallbackFunction` and
 * Lambda's SDK; or as already packed files.
 */
export type FunctionCode = "inline" | "files";

/**
 * Writes the program that a user would have written without components: one `new aws...` for each resource of a
 * deployed stack, with the same inputs, which refer to each other like those of the components.
 */
export function writePlainProgram(
  folder: string,
  resources: readonly DeployedResource[],
  functionCode: FunctionCode,
): number {
  const custom = resources.filter(({ type }) => type.startsWith("aws:"));
  const known = new Map<string, { variable: string; resource: DeployedResource }>();
  const lines = [
    'import * as aws from "@pulumi/aws";',
    'import * as pulumi from "@pulumi/pulumi";',
    ...(functionCode === "inline" ? [writeFunctions(folder)] : []),
    "",
  ];
  custom.forEach((resource, i) => {
    const variable = `r${i}`;
    const name = resource.urn.split("::").at(-1) ?? "";
    const isInline = functionCode === "inline" && resource.type === FUNCTION;
    const inputs = Object.entries(resource.inputs)
      .filter(([key]) => key !== "__defaults" && !(isInline && OF_CODE.includes(key)))
      .map(([key, value]) => {
        const from = resource.propertyDependencies?.[key] ?? [];
        const references = from.flatMap((urn) => referencesTo(known.get(urn)));
        return `  ${JSON.stringify(key)}: ${expressionOf(value, references, folder, variable)},`;
      });
    const type = isInline ? "aws.lambda.CallbackFunction" : className(resource.type);
    if (isInline) inputs.push(`  callbackFactory: factories["${name}"], codePathOptions,`);
    lines.push(`const ${variable} = new ${type}("${name}", {`, ...inputs, "});");
    known.set(resource.urn, { variable, resource });
  });
  lines.push(
    `void pulumi.all([${[...known.values()].map(({ variable }) => `${variable}.urn`).join()}]);`,
  );
  writeFileSync(path.join(folder, "index.ts"), lines.join("\n"));
  return custom.length;
}

const FUNCTION = "aws:lambda/function:Function";
/** Properties that CallbackFunction sets itself. */
const OF_CODE = ["code", "handler", "sourceCodeHash"];

/** Copies the inline functions, and leaves their packages out of the zips: Lambda provides the SDK. */
function writeFunctions(folder: string): string {
  const text = readFileSync(path.join(__dirname, "programs/plain/functions.ts"), "utf8");
  writeFileSync(path.join(folder, "functions.ts"), text.replaceAll('"../../../', '"./'));
  const manifest = readFileSync(path.join(folder, "package.json"), "utf8");
  const { dependencies } = JSON.parse(manifest) as { dependencies: object };
  const codePathOptions = { extraExcludePackages: Object.keys(dependencies) };
  return [
    'import { factories } from "./functions";',
    `const codePathOptions = ${JSON.stringify(codePathOptions)};`,
  ].join("\n");
}

/** `aws:lambda/function:Function` -> `aws.lambda.Function` */
function className(type: string): string {
  const [, module, name] = type.split(":");
  return `aws.${module.split("/")[0]}.${name}`;
}

/** Returns the outputs of a resource that others may contain, longest first, because an ARN contains the name. */
function referencesTo(
  known: { variable: string; resource: DeployedResource } | undefined,
): Reference[] {
  if (!known) return [];
  const { variable, resource } = known;
  return Object.entries({ ...resource.outputs, id: resource.id })
    .filter((entry): entry is [string, string] => typeof entry[1] === "string")
    .filter(([, text]) => text.length > 5)
    .map(([property, text]) => ({ text, expression: `${variable}.${property}` }))
    .sort((one, other) => other.text.length - one.text.length);
}

function expressionOf(
  value: unknown,
  references: readonly Reference[],
  folder: string,
  variable: string,
): string {
  if (typeof value === "string") return textOf(value, references);
  if (Array.isArray(value))
    return `[${value.map((item) => expressionOf(item, references, folder, variable)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  if ("plaintext" in value) {
    const secret: unknown = JSON.parse(String(value.plaintext));
    return `pulumi.secret(${expressionOf(secret, references, folder, variable)})`;
  }
  if ("assets" in value) return archiveOf(Object(value.assets) as Assets, folder, variable);
  const members = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${expressionOf(item, references, folder, variable)}`,
  );
  return `{ ${members.join(", ")} }`;
}

/** Returns a literal in which other resources' outputs are replaced by references. */
function textOf(text: string, references: readonly Reference[]): string {
  const reference = references.find((one) => text.includes(one.text));
  if (!reference) return JSON.stringify(text);
  if (reference.text === text) return reference.expression;
  const parts = text.split(reference.text).map((part) => textOf(part, references));
  const holes = parts.map((part) => "${" + part + "}").join("${" + reference.expression + "}");
  return "pulumi.interpolate`" + holes + "`";
}

type Assets = Readonly<Record<string, { readonly text?: string; readonly path?: string }>>;

function archiveOf(assets: Assets, folder: string, variable: string): string {
  const members = Object.entries(assets).map(([name, asset]) => {
    const text = asset.text ?? readFileSync(asset.path ?? "", "utf8");
    const file = path.join("functions", variable, name);
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
    return `${JSON.stringify(name)}: new pulumi.asset.FileAsset(${JSON.stringify(file)})`;
  });
  return `new pulumi.asset.AssetArchive({ ${members.join(", ")} })`;
}
