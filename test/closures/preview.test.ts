import { expect } from "chai";
import * as path from "node:path";
import { type Preview, previewProgram } from "../support/closures/previewProgram";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const preview = (name: string): Promise<Preview> =>
  previewProgram(path.join(__dirname, "fixtures", "programs", `${name}.ts`));

describe("the preview of a program", () => {
  it("fails for a bad capture with one sentence at the function", async () => {
    const { exitCode, diagnostics } = await preview("captures");
    expect(exitCode).not.to.equal(0);
    expect(diagnostics.filter(({ severity }) => severity === "error")).to.deep.equal([
      {
        severity: "error",
        message:
          'error serializing property "code": ' +
          "callback captures a Map instance as 'settings > cache': " +
          "create it inside the callback or a callbackFactory, or pass plain JSON.",
        resource: "hello",
      },
    ]);
  });

  it("warns that alarms notify nobody", async () => {
    const { diagnostics } = await preview("captures");
    const warnings = diagnostics.filter(({ severity }) => severity === "warning");
    expect(warnings.map(({ resource }) => resource)).to.deep.equal(["hello"]);
    expect(warnings[0].message).to.contain("notify nobody");
  });

  it("shows the code as unknown while it captures an unknown Output, and as known otherwise", async () => {
    const { exitCode, diagnostics, resources } = await preview("unknown");
    expect(diagnostics).to.deep.equal([]);
    expect(exitCode).to.equal(0);
    const captured = resources.get("aws:lambda/function:Function captured");
    expect(captured).to.include({ code: UNKNOWN, sourceCodeHash: UNKNOWN });
    const passed = resources.get("aws:lambda/function:Function passed");
    expect(passed).to.have.nested.property("code.assets");
    expect(passed).to.have.nested.property("environment.variables.QUEUE_URL", UNKNOWN);
    expect(passed?.sourceCodeHash).to.match(/=$/);
  });

  it("refuses a callback that captures its own function, instead of waiting forever", async () => {
    const { exitCode, diagnostics } = await preview("itself");
    expect(exitCode).not.to.equal(0);
    expect(diagnostics).to.have.length(1);
    expect(diagnostics[0].message)
      .to.contain("captures an output of the function itself")
      .and.contain("context.invokedFunctionArn");
  });
});
