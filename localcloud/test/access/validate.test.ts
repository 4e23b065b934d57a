import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as fc from "fast-check";
import { AwsError } from "../../core/errors";
import { validatePolicyDocument, type PolicyKind } from "../../access/validate";

interface ValidationCase {
  readonly name: string;
  readonly kind: PolicyKind;
  readonly document: unknown;
  /** Absent if the document is accepted. */
  readonly error?: string;
}

const cases = JSON.parse(
  readFileSync(join(__dirname, "validation.json"), "utf8"),
) as ValidationCase[];

describe("validatePolicyDocument", () => {
  for (const { name, kind, document, error } of cases) {
    if (error === undefined)
      it(`accepts ${name}`, () => {
        expect(validatePolicyDocument(JSON.stringify(document), kind)).to.deep.equal(document);
      });
    else
      it(`refuses ${name}`, () => {
        expect(refusal(JSON.stringify(document), kind)).to.deep.equal([
          "MalformedPolicyDocument",
          error,
        ]);
      });
  }

  it("refuses text that is not JSON with the message of each operation", () => {
    expect(refusal("{", "identity")[1]).to.equal("Syntax errors in policy.");
    expect(refusal("[]", "identity")[1]).to.equal("Syntax errors in policy.");
    expect(refusal("{", "trust")[1]).to.equal("This policy contains invalid Json");
  });

  it("returns a document or throws MalformedPolicyDocument for any JSON", () => {
    const kinds = fc.constantFrom<PolicyKind>("identity", "trust", "resource");
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom("Allow", "*", "s3:*", "arn:aws:s3:::b"));
    const statement = fc.dictionary(
      fc.constantFrom("Effect", "Action", "NotAction", "Resource", "Principal", "Condition", "Sid"),
      value,
    );
    const policy = fc.record({
      Version: fc.constantFrom("2012-10-17", 1),
      Statement: fc.array(statement),
    });
    fc.assert(
      fc.property(policy, kinds, (document, kind) => {
        const json = JSON.stringify(document);
        const [code] = refusal(json, kind);
        expect(code).to.be.oneOf([undefined, "MalformedPolicyDocument"]);
      }),
    );
  });
});

/** Returns code and message of the error; undefined for a document that is accepted. */
function refusal(json: string, kind: PolicyKind): [code?: string, message?: string] {
  try {
    validatePolicyDocument(json, kind);
    return [];
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return [error.code, error.message];
  }
}
