import { expect } from "chai";
import { readPreview, summarize } from "../../scripts/preview-summary";

const urn = (type: string, name: string): string => `urn:pulumi:dev::project::${type}::${name}`;
const step = (op: string, name: string, detailedDiff: object | null = null): object => ({
  resourcePreEvent: {
    metadata: {
      op,
      urn: urn("aws:sqs/queue:Queue", name),
      type: "aws:sqs/queue:Queue",
      detailedDiff,
      new: { inputs: { policy: "s3cret" } },
    },
  },
});
const violation = {
  policyEvent: {
    resourceUrn: urn("aws:sqs/queue:Queue", "jobs"),
    message: "Messages are encrypted at rest; set sqsManagedSseEnabled.\nit is not set\n",
    policyName: "AwsSolutions-SQS2",
    enforcementLevel: "mandatory",
  },
};
const lines = (...events: object[]): string =>
  ["Previewing", ...events.map((event) => JSON.stringify(event))].join("\n");
const summary = (result: string, resourceChanges: object): object => ({
  summaryEvent: { result, resourceChanges },
});

describe("Summary of previews", () => {
  it("counts the resources that each stack creates, updates, replaces, deletes and keeps", () => {
    const dev = lines(summary("succeeded", { create: 2, update: 1, same: 40 }));
    const prod = lines(summary("succeeded", { replace: 1, delete: 3 }));
    const text = summarize({ dev: readPreview(dev), prod: readPreview(prod) });
    expect(text)
      .to.contain("| stack | preview | create | update | replace | delete | unchanged | policies |")
      .and.contain("| dev | succeeded | 2 | 1 | 0 | 0 | 40 | hold |")
      .and.contain("| prod | succeeded | 0 | 0 | 1 | 3 | 0 | hold |");
  });

  it("names every change with its properties, and no value", () => {
    const events = [
      step("same", "kept"),
      step("update", "jobs", { delaySeconds: { kind: "update" } }),
    ];
    const text = summarize({ dev: readPreview(lines(...events)) });
    expect(text)
      .to.contain("dev: 1 changes")
      .and.contain("| update | jobs | aws:sqs/queue:Queue | delaySeconds |")
      .and.not.contain("kept")
      .and.not.contain("s3cret");
  });

  it("shows violations with what is wrong and how to fix it", () => {
    const text = summarize({
      dev: readPreview(lines(violation, summary("failed", { create: 1 }))),
    });
    expect(text)
      .to.contain("| dev | failed | 1 | 0 | 0 | 0 | 0 | **1 violated** |")
      .and.contain(
        "| mandatory | AwsSolutions-SQS2 | jobs | it is not set | Messages are encrypted at rest; set sqsManagedSseEnabled. |",
      );
  });

  it("treats an aborted preview as failed, and shows its errors", () => {
    const error = { diagnosticEvent: { severity: "error", message: "no such argument\n" } };
    const text = summarize({ dev: readPreview(lines(error)), prod: readPreview("") });
    expect(text)
      // The policies did not run: no number of findings.
      .to.contain("| dev | failed | 0 | 0 | 0 | 0 | 0 | - |")
      .and.contain("| prod | failed | 0 | 0 | 0 | 0 | 0 | - |")
      .and.contain("- no such argument");
  });

  it("notes when the base branch does not deploy that its resources show as created", () => {
    const preview = readPreview(lines(summary("succeeded", { create: 9 })));
    const text = summarize({ dev: { ...preview, baseFailed: true }, prod: preview });
    expect(text)
      .to.contain("| dev | succeeded, **base failed** | 9 |")
      .and.contain("| prod | succeeded | 9 |")
      .and.contain("**dev: the base branch does not deploy on the local cloud**")
      .and.not.contain("prod: the base");
  });

  it("escapes names from a pull request", () => {
    const text = summarize({ dev: readPreview(lines(step("create", "<img src=x>|`@team`\\"))) });
    expect(text).to.contain("&lt;img src=x&gt;\\|\\`&#64;team\\`\\\\").and.not.contain("<img");
  });
});
