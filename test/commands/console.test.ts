import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { isAppCommand, parseApp } from "../../commands/deployZip/options";
import { parseOptions } from "../../commands/options";
import { parseScale } from "../../commands/scale/scaleOptions";
import { CRON_COMMANDS, parseCron } from "../../commands/sshCron/cronOptions";
import { parseStatus } from "../../commands/status/statusOptions";

const ROOT = path.resolve(__dirname, "../..");

interface Offered {
  readonly title: string;
  readonly args: readonly string[];
}

const offered = JSON.parse(
  readFileSync(path.join(ROOT, "commands/console.json"), "utf8"),
) as Record<string, readonly Offered[]>;

/** Parses a command line like `npx aws-callbacks`; undefined = help. */
function parse([command, ...rest]: readonly string[]): unknown {
  if (command === "scale") return parseScale(rest);
  if (command === "status") return parseStatus(rest);
  const cron = CRON_COMMANDS.find((name) => name === command);
  if (cron) return parseCron(cron, rest);
  return isAppCommand(command) ? parseApp(command, rest) : parseOptions([command, ...rest]);
}

/** Returns the types of all components, as they are in the code. */
function componentTypes(): string[] {
  const folder = path.join(ROOT, "components");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const text = readFileSync(path.join(folder, file), "utf8");
      return [...text.matchAll(/"(aws-callbacks:index:\w+)"/g)].map(([, type]) => type);
    });
}

describe("The actions of the local cloud's console for components", () => {
  it("are for existing types", () => {
    expect(componentTypes()).to.include.members(Object.keys(offered));
  });

  for (const [type, commands] of Object.entries(offered))
    for (const { title, args } of commands)
      it(`are command lines of the package: ${type.split(":")[2]}, ${title}`, () => {
        const line = args.map((one) => one.replaceAll("{name}", "web"));
        const options = parse([...line, "--project", "shop", "--stack", "dev"]);
        expect(options).to.deep.include({ project: "shop", stack: "dev" });
      });
});
