import { expect } from "chai";
import { greeting } from "../../../callbacks/demo/greeting";
import { asDeployed } from "../../support/closures/asDeployed";

describe("greeting", () => {
  it("greets by name, and the world without one", async () => {
    expect(await greeting({ name: "Ada" })).to.deep.equal({ greeting: "Hello, Ada!" });
    for (const name of ["", "  "])
      expect(await greeting({ name })).to.deep.equal({ greeting: "Hello, World!" });
  });

  it("refuses a name that is too long with a status", async () => {
    const refusal = await greeting({ name: "x".repeat(101) }).catch(
      (error: Error) => error.message,
    );
    expect(refusal).to.equal("[400] name: allowed are 100 characters");
  });

  it("greets as deployed", async () => {
    const deployed = await asDeployed(greeting);
    try {
      const { payload } = await deployed.invoke({ name: "Ada" });
      expect(payload).to.deep.equal({ greeting: "Hello, Ada!" });
    } finally {
      await deployed.close();
    }
  });
});
