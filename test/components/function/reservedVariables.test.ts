import { expect } from "chai";
import { RESERVED } from "../../../components/function/environment";
import { RESERVED_VARIABLES } from "../../../localcloud/services/lambda/model/settings";

describe("The environment variables that Lambda reserves", () => {
  it("are the same for CallbackFunction and for the local cloud", () => {
    expect([...RESERVED].sort()).to.deep.equal([...RESERVED_VARIABLES].sort());
  });

  it("do not include TZ, which a function may set", () => {
    expect(RESERVED.has("AWS_REGION")).to.equal(true);
    expect(RESERVED.has("TZ")).to.equal(false);
  });
});
