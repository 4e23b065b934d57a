import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, { if?: string; permissions?: Record<string, string>; steps: Step[] }>;
}

const FOLDER = path.join(__dirname, "../../.github/workflows");
const workflows = Object.fromEntries(
  readdirSync(FOLDER).map((file) => {
    const text = readFileSync(path.join(FOLDER, file), "utf8");
    return [path.basename(file, ".yml"), { text, ...(parse(text) as Workflow) }];
  }),
);

describe("The workflows", () => {
  it("are the three that the documentation names", () => {
    expect(Object.keys(workflows).sort()).to.deep.equal(["ci", "preview", "release"]);
  });

  it("have read permissions only, unless a job has more", () => {
    for (const [name, { permissions }] of Object.entries(workflows))
      expect(permissions, name).to.deep.equal({ contents: "read" });
  });

  it("pin every action to a commit and name its release", () => {
    for (const [name, { text }] of Object.entries(workflows)) {
      const uses = text.match(/uses: .*/g) ?? [];
      expect(uses, name).to.not.deep.equal([]);
      for (const one of uses)
        expect(one, name).to.match(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it("pin an action to the same commit everywhere", () => {
    const pins = new Set(
      Object.values(workflows).flatMap(({ text }) => text.match(/\S+@[0-9a-f]{40}/g)),
    );
    const actions = [...pins].map((pin) => String(pin).split("@")[0]);
    expect(actions).to.deep.equal([...new Set(actions)]);
  });

  it("leave no token in the checkout", () => {
    for (const { jobs } of Object.values(workflows))
      for (const { uses, with: given } of Object.values(jobs).flatMap(({ steps }) => steps))
        if (uses?.startsWith("actions/checkout@"))
          expect(given?.["persist-credentials"], uses).to.equal(false);
  });

  it("put nothing that an outsider can name into a shell command", () => {
    for (const { jobs } of Object.values(workflows))
      for (const { run } of Object.values(jobs).flatMap(({ steps }) => steps))
        expect(run ?? "").to.not.contain("${{");
  });
});

describe("The preview workflow", () => {
  const { "local-cloud": keyless, aws } = workflows.preview.jobs;

  it("runs a pull request's code only with that pull request's own permissions", () => {
    // pull_request_target would give the base branch's secrets to a fork's code.
    expect(Object.keys(workflows.preview.on)).to.deep.equal(["pull_request"]);
  });

  it("gives forks a preview without secrets, and the AWS role only to this repository's branches", () => {
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
});

describe("The release workflow", () => {
  const { build, publish } = workflows.release.jobs;

  it("builds and tests without permissions, and runs none of the repository's code with permission to publish", () => {
    expect(Object.keys(workflows.release.on)).to.deep.equal(["push"]);
    expect(build.permissions).to.equal(undefined);
    expect(build.steps.map(({ run }) => run)).to.include(".ci/run");
    expect(publish.permissions).to.deep.equal({ contents: "write", "id-token": "write" });
    expect(publish.steps.some(({ uses }) => uses?.startsWith("actions/checkout@"))).to.equal(false);
  });

  it("stores no token of the package registry", () => {
    expect(workflows.release.text).to.not.contain("secrets.");
  });
});
