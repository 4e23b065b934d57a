import { expect } from "chai";
import { parseApp, type AppCommand } from "../../commands/deployZip/options";

describe("the command line for apps", () => {
  it("parses the requested action", () => {
    expect(parseApp("deploy-zip", ["./dist/hello.zip"])).to.deep.equal({
      command: "deploy-zip",
      file: "./dist/hello.zip",
      app: "hello",
      wait: 900_000,
    });
    expect(parseApp("deploy-zip", ["a.zip", "--name", "web", "--wait", "5m"])).to.deep.include({
      app: "web",
      wait: 300_000,
    });
    expect(parseApp("deploy-zip", ["a.zip", "--no-wait"])).to.deep.include({ wait: 0 });
    expect(parseApp("apps", ["--stack", "dev"])).to.deep.equal({ command: "apps", stack: "dev" });
    expect(parseApp("rollback-app", ["web", "--to", "3"])).to.deep.include({ app: "web", to: "3" });
    expect(parseApp("remove-app", ["web", "-y"])).to.deep.include({ app: "web", yes: true });
    expect(parseApp("apps", ["--help"])).to.equal(undefined);
  });

  for (const [line, says] of [
    ["deploy-zip", "give its argument, as in 'deploy-zip ./hello.zip'"],
    ["deploy-zip a.zip b.zip", "'b.zip' is one argument too many"],
    ["deploy-zip a.zip --wait 2h", "--wait is 1m to 1h"],
    ["deploy-zip a.zip --wait 5m --no-wait", "give one of"],
    ["deploy-zip a.zip --to 3", "--to belongs to rollback-app"],
    ["rollback-app", "give its argument, as in 'rollback-app hello'"],
    ["remove-app web --name x", "--name belongs to deploy-zip"],
    ["apps web", "'web' is one argument too many"],
    ["apps --al", "Unknown option"],
  ])
    it(`refuses '${line}'`, () => {
      const [command, ...args] = line.split(" ");
      expect(() => parseApp(command as AppCommand, args)).to.throw(says);
    });
});
