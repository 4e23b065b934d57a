import { expect } from "chai";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import {
  cliEnvironment,
  findPulumiCli,
  NO_CLI,
  runCommand,
} from "../../../localcloud/test/support/pulumiCli";
import { stackProject } from "../../support/cli/stackProject";

/** Returns why stack prod cannot be previewed here with its configuration; undefined when it can. */
function obstacle(): string | undefined {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  if (!findPulumiCli()) return NO_CLI;
  if (!folders.some((folder) => existsSync(path.join(folder, "pulumi-resource-awsx"))))
    return "the plugin pulumi-resource-awsx is not on PATH";
  if (!process.env.AWS_PROFILE && !process.env.AWS_ACCESS_KEY_ID)
    return "AWSX asks an AWS account for its zones, and there are no credentials";
  return undefined;
}

describe("stack prod with AWSX under the real Pulumi CLI", function () {
  this.timeout(180_000);

  it("previews a network and a Fargate service, without NAT gateways", async function () {
    const reason = obstacle();
    if (reason !== undefined) {
      console.log(`      skipped: ${reason}`);
      return this.skip();
    }
    const cwd = stackProject("prod");
    try {
      const home = path.join(cwd, "home");
      mkdirSync(home);
      const env = cliEnvironment(findPulumiCli() ?? "", home);
      const pulumi = (command: string) =>
        runCommand("pulumi", [...command.split(" "), "--non-interactive"], { cwd, env });
      await pulumi("stack init prod");
      const { code, stdout, stderr } = await pulumi("preview --json");
      expect(code, stderr.slice(-4000)).to.equal(0);
      const { steps } = JSON.parse(stdout) as { steps: { urn: string }[] };
      const types = steps.map(({ urn }) => urn.split("::")[2].split("$").at(-1));
      expect(types).to.include.members(["awsx:ec2:Vpc", "awsx:ecs:FargateService"]);
      expect(types).to.include.members(["aws:ec2/vpc:Vpc", "aws:ecs/service:Service"]);
      expect(types).not.to.include("aws:ec2/natGateway:NatGateway");
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});
