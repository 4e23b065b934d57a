import { expect } from "chai";
import type { AnyFunction } from "../../../../components/function/packing/captures/closureScope";
import { atNextMoment, type Moment } from "../../../../components/function/packing/captures/moment";

describe("The moment at which callbacks are serialized", () => {
  it("is one for all callbacks passed together, after the code that passed them", async () => {
    const order: string[] = [];
    const looks = ["first", "second"].map((name) =>
      atNextMoment((moment) => {
        order.push(name);
        return moment;
      }),
    );
    void Promise.resolve().then(() => order.push("the program's own promise"));
    order.push("the program's own code");
    const [first, second] = await Promise.all(looks);
    expect(first).to.equal(second);
    expect(order.indexOf("second") - order.indexOf("first")).to.equal(1);
    expect(order.indexOf("first")).to.be.greaterThan(order.indexOf("the program's own code"));
  });

  it("is a new one for callbacks passed later", async () => {
    const self = (moment: Moment): Moment => moment;
    const first = await atNextMoment(self);
    expect(await atNextMoment(self)).to.not.equal(first);
  });

  it("reads the value that a variable has then", async () => {
    let word = "early";
    const fn: AnyFunction = () => word;
    const look = (moment: Moment): unknown => moment.variablesOf(fn, ["word"]).get("word");
    const first = atNextMoment(look);
    word = "when the file has run";
    expect(await first).to.equal("when the file has run");
    word = "later";
    expect(await atNextMoment(look)).to.equal("later");
  });

  it("fails for the refused callback, and for no other", async () => {
    const refused = atNextMoment(() => {
      throw new Error("captures a Buffer");
    });
    const accepted = atNextMoment(() => "packed");
    expect(await refused.catch((error: Error) => error.message)).to.equal("captures a Buffer");
    expect(await accepted).to.equal("packed");
  });
});
