import { expect } from "chai";
import { Session } from "node:inspector";
import { packCallback } from "../../../../components/function/packing/packCallback";
import { mockPulumi } from "../../../support/pulumiMocks";

/** The command that finds the scopes of a function, which takes V8 longer than everything else. */
const FIND_SCOPES = "Runtime.getProperties";

describe("Packing, which reads captured variables with V8's inspector,", () => {
  before(() => mockPulumi());

  it("looks at each function once, whatever the functions return", async () => {
    const settings = { table: { name: "orders" } };
    const helpers = Array.from({ length: 30 }, () => () => settings.table.name);
    const inspected = await inspections(() =>
      packCallback(async () => helpers.map((helper) => helper())),
    );
    expect(inspected).to.be.within(1, helpers.length + 1);
  });
});

/** Returns how often functions were inspected meanwhile. */
async function inspections(work: () => Promise<unknown>): Promise<number> {
  const { post } = Session.prototype;
  let count = 0;
  Session.prototype.post = function (this: Session, ...command: unknown[]) {
    if (command[0] === FIND_SCOPES) count += 1;
    return Reflect.apply(post, this, command) as void;
  };
  try {
    await work();
    return count;
  } finally {
    Session.prototype.post = post;
  }
}
