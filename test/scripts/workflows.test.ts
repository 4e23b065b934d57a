import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

interface Job {
  if?: string;
  permissions?: Record<string, string>;
  steps: { uses?: string; run?: string; with?: Record<string, unknown> }[];
}

describe("The preview workflow", () => {
  const file = path.join(__dirname, "../../.github/workflows/preview.yml");
  const workflow = parse(readFileSync(file, "utf8")) as {
    on: Record<string, unknown>;
    permissions: Record<string, string>;
    jobs: Record<string, Job>;
  };
  const { "local-cloud": keyless, aws } = workflow.jobs;

  it("runs a pull request's code only with that pull request's own rights", () => {
    // pull_request_target would hand the base branch's secrets to a fork's code.
    expect(Object.keys(workflow.on)).to.deep.equal(["pull_request"]);
    expect(workflow.permissions).to.deep.equal({ contents: "read" });
  });

  it("gives forks a preview without secrets, and the AWS role to this repository's branches only", () => {
    expect(keyless.if).to.equal(undefined);
    expect(keyless.permissions).to.equal(undefined);
    expect(JSON.stringify(keyless)).not.to.contain("secrets.");
    expect(keyless.steps.at(-1)?.run).to.equal(".ci/preview .base");
    expect(aws.if).to.contain("github.event.pull_request.head.repo.full_name == github.repository");
    expect(aws.permissions).to.deep.equal({
      contents: "read",
      "id-token": "write",
      "pull-requests": "write",
    });
  });

  it("pins every action, and leaves no token behind in the checkout", () => {
    for (const { uses, with: given } of Object.values(workflow.jobs).flatMap(
      ({ steps }) => steps,
    )) {
      if (uses === undefined) continue;
      expect(uses).to.match(/@(v\d+\.\d+\.\d+|[0-9a-f]{40})$/);
      if (uses.startsWith("actions/checkout@"))
        expect(given?.["persist-credentials"], uses).to.equal(false);
    }
  });
});
