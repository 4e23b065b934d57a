import { expect } from "chai";
import * as packing from "../../components/function/packing/packCallback";
import { NAME_LIMITS } from "../support/graph/nameLimits";
import { mockPulumi } from "../support/graph/pulumiMocks";
import { COMPONENTS, type Untyped } from "../support/graph/validArguments";

describe("A component's name", function () {
  this.timeout(120_000);
  const { packCallback } = packing;
  // Bundling does not matter here, and would take most of the time.
  before(() => {
    const packed = Promise.resolve({ files: { "index.js": "" }, hash: "" });
    Object.assign(packing, { packCallback: () => packed });
  });
  after(() => Object.assign(packing, { packCallback }));

  for (const [kind, [component, given]] of Object.entries(COMPONENTS)) {
    const create = (name: string): string => {
      const args: unknown = typeof given === "function" ? (given as () => object)() : given;
      try {
        new (component as Untyped)(name, args);
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    };

    it(`that ${kind} accepts leaves room for the names of all its children`, async () => {
      mockPulumi();
      const [, longest] = /allowed are at most (\d+) letters/.exec(create("n".repeat(80))) ?? [];
      let length = Number(longest);
      let { resources } = mockPulumi();
      // A pipeline needs room for the names of apps, too.
      for (; create("n".repeat(length)) !== ""; length -= 1) ({ resources } = mockPulumi());
      await untilNoMore(resources);
      const tooLong = resources.flatMap(({ type, name, inputs }) => {
        const limit = NAME_LIMITS[type];
        if (limit === undefined || inputs.name !== undefined) return [];
        const made = `${name}-0123456`;
        return made.length > limit ? [`${type} ${made}: ${made.length} of ${limit}`] : [];
      });
      expect(resources.length).to.be.greaterThan(3);
      expect(tooLong).to.deep.equal([]);
    });

    it(`with an underscore is one for all children of ${kind}, or refused`, async () => {
      const { ofType, resources } = mockPulumi();
      const refusal = create("the_one");
      if (refusal !== "") {
        expect(refusal).to.match(/^name: given "the_one"; allowed are letters, digits and -,/);
        return;
      }
      await untilNoMore(resources);
      expect(resources.length).to.be.greaterThan(3);
      for (const { name } of ofType("aws:s3/bucket:Bucket"))
        expect(name.toLowerCase()).to.match(/^[a-z0-9-]+$/);
      // Pulumi leaves out everything that is no letter, digit or underscore.
      for (const { name } of ofType("aws:apigateway/model:Model"))
        expect(name.replace(/\W/g, "")).to.match(/^[A-Za-z0-9]+$/);
    });
  }
});

/** Waits until the program registers no more resources. Pulumi's own wait does not end after a refused component. */
async function untilNoMore(resources: readonly unknown[]): Promise<void> {
  for (let [turns, count] = [0, -1]; turns < 50; turns += 1) {
    if (resources.length !== count) [turns, count] = [0, resources.length];
    await new Promise((resolve) => setImmediate(resolve));
  }
}
