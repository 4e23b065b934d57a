import { expect } from "chai";
import { greetingFor } from "./greeting";

describe("greetingFor", () => {
  it("greets by name, and the world without one", () => {
    expect(greetingFor("Ada")).to.equal("Hello, Ada!");
    expect(greetingFor(" ")).to.equal("Hello, World!");
  });
});
