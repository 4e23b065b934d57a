import { expect } from "chai";
import { closest, didYouMean } from "../../core/closest";

describe("A misspelt word", () => {
  const known = ["up", "start", "status", "exec", "requests"];
  const cases: [word: string, meant: string | undefined][] = [
    ["satrt", "start"],
    ["stat", "start"],
    ["exce", "exec"],
    ["rquests", "requests"],
    ["req", "requests"],
    ["pu", "up"],
    ["down", undefined],
    ["x", undefined],
    ["", undefined],
  ];
  for (const [word, meant] of cases)
    it(`${word || "(nothing)"} ${meant ? `stands for ${meant}` : "stands for nothing that there is"}`, () => {
      expect(closest(word, known)).to.equal(meant);
    });

  it("leads to a suggestion, or to none", () => {
    expect(didYouMean("exce", known)).to.equal(" Did you mean 'exec'?");
    expect(didYouMean("down", known)).to.equal("");
  });
});
