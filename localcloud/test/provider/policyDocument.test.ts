import { expect } from "chai";
import { policyDocument } from "../../provider/invokes/policyDocument";
import type { Properties } from "../../provider/types";

const json = (args: Properties): unknown => JSON.parse(String(policyDocument(args).json));
const document = (...Statement: object[]): object => ({ Version: "2012-10-17", Statement });
const named = (Sid: string, Action: string): object => ({
  Sid,
  Effect: "Allow",
  Action,
  Resource: "*",
});
const text = (...statements: object[]): string => JSON.stringify(document(...statements));

/** [claim, arguments, document] */
const TABLE: [string, Properties, object][] = [
  [
    "one value stays a text, several become a list, and the effect is Allow",
    { statements: [{ actions: ["s3:GetObject"], resources: ["a", "b"] }] },
    document({ Effect: "Allow", Action: "s3:GetObject", Resource: ["a", "b"] }),
  ],
  [
    "negations have their own keys",
    { statements: [{ sid: "No", effect: "Deny", notActions: ["iam:*"], notResources: ["a"] }] },
    document({ Sid: "No", Effect: "Deny", NotAction: "iam:*", NotResource: "a" }),
  ],
  [
    "principals are grouped by their type",
    {
      statements: [
        {
          actions: ["sts:AssumeRole"],
          principals: [
            { type: "Service", identifiers: ["lambda.amazonaws.com"] },
            { type: "AWS", identifiers: ["1", "2"] },
          ],
        },
      ],
    },
    document({
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "lambda.amazonaws.com", AWS: ["1", "2"] },
    }),
  ],
  [
    "the principal of everybody is a star",
    {
      statements: [
        { actions: ["a:b"], notPrincipals: [], principals: [{ type: "*", identifiers: ["*"] }] },
      ],
    },
    document({ Effect: "Allow", Action: "a:b", Principal: "*" }),
  ],
  [
    "conditions are grouped by test, and by variable",
    {
      statements: [
        {
          actions: ["a:b"],
          resources: ["*"],
          conditions: [
            { test: "StringEquals", variable: "aws:x", values: ["1"] },
            { test: "StringEquals", variable: "aws:y", values: ["2", "3"] },
            { test: "Bool", variable: "aws:z", values: ["true"] },
          ],
        },
      ],
    },
    document({
      Effect: "Allow",
      Action: "a:b",
      Resource: "*",
      Condition: { StringEquals: { "aws:x": "1", "aws:y": ["2", "3"] }, Bool: { "aws:z": "true" } },
    }),
  ],
  [
    "sources come before, and the document's own statements replace those of the same Sid",
    {
      sourcePolicyDocuments: [text(named("One", "a:a"), named("Two", "a:b"))],
      statements: [{ sid: "Two", actions: ["a:c"], resources: ["*"] }],
    },
    document(named("One", "a:a"), named("Two", "a:c")),
  ],
  [
    "overrides replace statements of the same Sid and add the others",
    {
      statements: [{ sid: "One", actions: ["a:a"], resources: ["*"] }],
      overridePolicyDocuments: [text(named("One", "a:b")), text(named("Two", "a:c"))],
    },
    document(named("One", "a:b"), named("Two", "a:c")),
  ],
  [
    "an id and another version are kept",
    { policyId: "me", version: "2008-10-17" },
    { Version: "2008-10-17", Id: "me", Statement: [] },
  ],
];

describe("provider: aws.iam.getPolicyDocument", function () {
  for (const [claim, args, expected] of TABLE)
    it(claim, () => expect(json(args)).to.deep.equal(expected));

  it("returns the same document in both forms", () => {
    const { json: long, minifiedJson } = policyDocument(TABLE[4][1]);
    expect(JSON.parse(String(minifiedJson))).to.deep.equal(JSON.parse(String(long)));
    expect(minifiedJson).to.not.contain("\n");
  });
});
