import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { ComponentCommands } from "../../engine/deployed/componentCommands";

const SCRIPT = `
const [what, ...rest] = process.argv.slice(2);
if (what === "floods") process.stdout.write("x".repeat(3e6));
else console.log(rest.join(" "), process.env.AWS_ENDPOINT_URL, process.cwd());
if (what === "fails") {
  console.error("it cannot be done");
  process.exitCode = 3;
}
`;

describe("The commands of a component's package", () => {
  let folder: string;
  let commands: ComponentCommands;
  const target = { type: "boxes:index:Box", name: "small box", project: "shop", stack: "dev" };

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "localcloud-commands-"));
    const place = path.join(folder, "node_modules/boxes");
    mkdirSync(place, { recursive: true });
    const manifest = {
      name: "boxes",
      bin: { boxes: "cli.js" },
      localcloud: { commands: "c.json" },
    };
    writeFileSync(path.join(place, "package.json"), JSON.stringify(manifest));
    writeFileSync(path.join(place, "cli.js"), SCRIPT);
    const offered = [
      { title: "Look", args: ["looks", "--of", "{name}"] },
      { title: "Break", args: ["fails"], changes: true },
      { title: "Flood", args: ["floods"] },
    ];
    writeFileSync(path.join(place, "c.json"), JSON.stringify({ [target.type]: offered }));
    const inner = path.join(folder, "infra");
    mkdirSync(inner);
    const AWS_ENDPOINT_URL = "http://127.0.0.1:9";
    commands = new ComponentCommands(inner, () => ({ ...process.env, AWS_ENDPOINT_URL }));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("are those in the package's file for the component's type", () => {
    const titles = (type: string): string[] => commands.of(type).map(({ title }) => title);
    expect(titles(target.type)).to.deep.equal(["Look", "Break", "Flood"]);
    expect(titles("boxes:index:Lid")).to.deep.equal([]);
    expect(titles("unknown:index:Box")).to.deep.equal([]);
    expect(titles("../boxes:index:Box")).to.deep.equal([]);
  });

  it("run in the program's folder, on its cloud, for the component of this stack", async () => {
    const { exitCode, text } = await commands.run(target, "Look");
    const args = "--of small box --project shop --stack dev";
    expect(exitCode).to.equal(0);
    expect(text).to.equal(`${args} http://127.0.0.1:9 ${path.join(folder, "infra")}\n`);
  });

  it("return their output and exit code when they fail", async () => {
    const { exitCode, text } = await commands.run(target, "Break");
    expect(exitCode).to.equal(3);
    expect(text).to.contain("it cannot be done");
  });

  it("are ended when they print endlessly", async () => {
    const { exitCode, text } = await commands.run(target, "Flood");
    expect(exitCode).to.equal(1);
    expect(text.length).to.be.lessThan(1_200_000);
  });

  it("are refused by name if they do not exist", () => {
    expect(() => commands.run(target, "looks")).to.throw(
      "small box has no command 'looks'; there is: 'Look', 'Break', 'Flood'.",
    );
    expect(() => commands.run({ ...target, type: "a:b:C" }, undefined)).to.throw("there is: none.");
  });
});
