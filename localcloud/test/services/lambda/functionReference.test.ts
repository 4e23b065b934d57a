import { expect } from "chai";
import * as fc from "fast-check";
import {
  functionArn,
  parseReference,
  requestedArn,
} from "../../../services/lambda/model/functionReference";

const PLACE = { region: "us-east-1", accountId: "123456789012" };
const WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

const word = (maxLength: number) =>
  fc
    .array(fc.constantFrom(...WORD), { minLength: 1, maxLength })
    .map((characters) => characters.join(""));
const qualifier = fc.option(fc.oneof(word(128), fc.constant("$LATEST")), { nil: undefined });

describe("Lambda: function references", () => {
  it("identify the same function in every form, and IAM checks the same ARN", () => {
    fc.assert(
      fc.property(word(64), qualifier, (name, version) => {
        const suffix = version === undefined ? "" : `:${version}`;
        const forms = [
          `${name}${suffix}`,
          `function:${name}${suffix}`,
          `${PLACE.accountId}:function:${name}${suffix}`,
          functionArn(PLACE, name, version),
        ];
        // "function" with a qualifier is also the partial ARN of a function with that name.
        if (name === "function") forms.shift();
        for (const form of forms) {
          expect(parseReference(form, PLACE)).to.deep.equal({ name, qualifier: version });
          expect(requestedArn(PLACE, { FunctionName: form })).to.equal(
            functionArn(PLACE, name, version),
          );
        }
        expect(parseReference(name, PLACE, version)).to.deep.equal({ name, qualifier: version });
      }),
    );
  });

  it("are refused with an AWS error if they are invalid in any way", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(parseReference(text, PLACE).name).to.match(/^[a-zA-Z0-9-_]{1,64}$/);
        } catch (error) {
          expect(error)
            .to.have.property("code")
            .that.matches(/Exception$/);
        }
      }),
    );
  });
});
