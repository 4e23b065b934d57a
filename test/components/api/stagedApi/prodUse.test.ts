import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { StagedApi } from "../../../../components";
import { knownOf, lossText } from "../../../../components/api/stagedApi/prodUse";
import { mockPulumi } from "../../../support/graph/pulumiMocks";

const PATH = "/staged-api/project/stack/greeting";
const TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/comments";
const RELEASE = { version: "3", deploymentId: "abc123" };
/** `TABLE` without conditions. */
const PLACE = "dynamodb:GetItem 5d826b14";

describe("A preview of a StagedApi that removes permissions that prod may use", () => {
  it("warns of a permission whose resource is removed, or unknown because it will be replaced", async () => {
    expect(await warnings([])).to.have.length(1);
    expect(await warnings([pulumi.output(pulumi.unknown as string)])).to.have.length(1);
    const [text] = await warnings([`${TABLE}-other`]);
    expect(text).to.contain("takes dynamodb:GetItem on a resource");
    expect(text).to.contain("prod of 'greeting', which serves version 3");
    expect(text).to.contain("expand").and.contain("promote").and.contain("contract");
  });

  it("does not warn while the permission stays and others are added", async () => {
    const another = pulumi.output(pulumi.unknown as string);
    expect(await warnings([TABLE])).to.deep.equal([]);
    expect(await warnings([another, TABLE])).to.deep.equal([]);
  });

  it("does not warn in a first deployment, nor when a parameter was edited into something else", async () => {
    expect(await warnings([], {})).to.deep.equal([]);
    expect(await warnings([], { [`${PATH}/api`]: "{" })).to.deep.equal([]);
  });
});

describe("The permissions of prod that an update removes", () => {
  const known = (granted: Record<string, string>, prodVersion = "3") => ({
    functionName: "greeting-1a2b3c4",
    granted,
    prodVersion,
  });
  const text = (
    granted: Record<string, string>,
    { left = [], version }: { left?: string[]; version?: string } = {},
  ) => lossText("greeting", known(granted), { granted: new Set(left), version, hasFunction: true });

  it("are those granted when its version was created or before, and not since", () => {
    expect(text({ "s3:GetObject 1": "3" })).to.contain("s3:GetObject");
    expect(text({ "s3:GetObject 1": "10" })).to.equal(undefined);
    expect(text({ "s3:GetObject 1": "2" }), "ten is more than two").to.contain("s3:GetObject");
  });

  it("are those that came with the version that prod serves, once the program has the same ones", () => {
    expect(text({ "s3:GetObject 1": "3" }, { version: "3" })).to.contain("s3:GetObject");
    expect(text({ "s3:GetObject 1": "2" }, { version: "3" })).to.equal(undefined);
    expect(text({ "s3:GetObject 1": "2" }, { version: "4" })).to.contain("s3:GetObject");
  });

  it("are none when the action is allowed on every resource; each action is named once", () => {
    expect(text({ "s3:GetObject 1": "1" }, { left: ["s3:GetObject *"] })).to.equal(undefined);
    expect(text({ "s3:GetObject 1": "1", "s3:GetObject 2": "1", "s3:Abort 1": "1" })).to.contain(
      "takes s3:Abort, s3:GetObject on",
    );
  });

  it("are none while prod serves no callback, even if the function is deleted", () => {
    const left = { granted: new Set<string>(), version: undefined, hasFunction: false };
    expect(lossText("greeting", known({}, "-"), left)).to.equal(undefined);
    expect(lossText("greeting", { ...known({}), prodVersion: undefined }, left)).to.equal(
      undefined,
    );
    expect(lossText("greeting", known({}), left)).to.contain("deletes function greeting-1a2b3c4");
  });

  it("follow from the last move of prod, and before any move from the first release that passed", () => {
    const texts = (history: unknown[]): Record<string, string> => ({
      api: JSON.stringify({ functionName: "f" }),
      verdicts: JSON.stringify({ first: { version: "1", deploymentId: "a" } }),
      history: JSON.stringify(history),
    });
    const versionOf = (history: unknown[]) => knownOf((kind) => texts(history)[kind])?.prodVersion;
    const move = { action: "promote", from: RELEASE, to: RELEASE, at: "2026-11-28T00:00:00.000Z" };
    const note = { canary: "started", version: "9", percent: 5, at: move.at };
    expect(versionOf([])).to.equal("1");
    expect(versionOf([move, note])).to.equal("3");
  });
});

/** Builds the API of a program with these permissions, like a preview after version 4, while prod serves version 3. */
async function warnings(
  resources: pulumi.Input<string>[],
  parameters: Record<string, string> = {
    [`${PATH}/api`]: JSON.stringify({ functionName: "greeting-1", granted: { [PLACE]: "2" } }),
    [`${PATH}/verdicts`]: JSON.stringify({ first: RELEASE }),
    [`${PATH}/history`]: "[]",
  },
): Promise<string[]> {
  const messages: string[] = [];
  const { warn } = pulumi.log;
  const log = pulumi.log as { warn: typeof warn };
  log.warn = async (message) => void messages.push(message);
  try {
    mockPulumi({ preview: true, parameters });
    new StagedApi("greeting", {
      routes: [{ method: "GET", path: "/greeting", callback: async () => ({}) }],
      permissions: resources.length > 0 ? [{ actions: ["dynamodb:GetItem"], resources }] : [],
      alarmActions: [],
    });
    await pulumi.runtime.disconnect();
  } finally {
    log.warn = warn;
  }
  return messages.filter((message) => message.startsWith("This update"));
}
