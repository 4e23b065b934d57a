import { expect } from "chai";
import * as fc from "fast-check";
import type { PolicyDocument, PolicyStatement } from "../../core/policyDocument";
import { evaluate, type EvaluationRequest } from "../../access/evaluate";
import { actionMatches, matches, resourcePattern, textPattern } from "../../access/match";
import { PRINCIPALS } from "./policyCase";

const RUNS = Number(process.env.FUZZ_RUNS ?? 500);

const actions = [
  "s3:GetObject",
  "s3:PutObject",
  "ssm:GetParameter",
  "kms:Decrypt",
  "sts:AssumeRole",
];
const resources = [
  "*",
  "arn:aws:s3:::b/x",
  "arn:aws:kms:us-east-1:123456789012:key/1",
  "arn:aws:iam::123456789012:role/r",
];

const statement: fc.Arbitrary<PolicyStatement> = fc.record({
  Effect: fc.constantFrom("Allow" as const, "Deny" as const),
  Action: fc.constantFrom("*", "s3:*", "*:Get*", ...actions),
  Resource: fc.constantFrom("arn:aws:s3:::*", "arn:aws:*", ...resources),
  Condition: fc.constantFrom<PolicyStatement["Condition"]>(
    undefined,
    { StringEquals: { "a:k": "x" } },
    { StringNotLike: { "a:k": "x*" } },
    { "ForAllValues:StringLike": { "a:tags": ["t*"] } },
  ),
});
const resourceStatement: fc.Arbitrary<PolicyStatement> = fc
  .tuple(
    statement,
    fc.constantFrom(
      "*" as const,
      { AWS: "123456789012" },
      { AWS: "arn:aws:iam::123456789012:role/app" },
      { AWS: "arn:aws:sts::123456789012:assumed-role/app/one" },
      { Service: "lambda.amazonaws.com" },
    ),
  )
  .map(([base, Principal]) => ({ ...base, Principal }));

const statements = fc.array(statement, { maxLength: 5 });
const principal = fc.constantFrom(PRINCIPALS.role, PRINCIPALS.user, {
  type: "service" as const,
  service: "lambda.amazonaws.com",
});
const request: fc.Arbitrary<EvaluationRequest> = fc.record({
  principal,
  action: fc.constantFrom(...actions),
  resource: fc.constantFrom(...resources),
  context: fc.record(
    { "a:k": fc.constantFrom("x", "xy", "z"), "a:tags": fc.array(fc.constantFrom("t1", "u")) },
    { requiredKeys: [] },
  ),
  identityPolicies: fc.array(statements.map(document), { maxLength: 3 }),
  resourcePolicy: fc.option(fc.array(resourceStatement, { maxLength: 4 }).map(document), {
    nil: undefined,
  }),
  permissionsBoundary: fc.option(statements.map(document), { nil: undefined, freq: 3 }),
  sessionPolicies: fc.option(fc.array(statements.map(document), { maxLength: 2 }), {
    nil: undefined,
    freq: 3,
  }),
  sameAccount: fc.boolean(),
});

describe("the IAM engine, for any request", () => {
  it("lets an explicit deny in any policy win", () => {
    const deny: PolicyStatement = { Effect: "Deny", Action: "*", Resource: "*" };
    const places: ((given: EvaluationRequest) => EvaluationRequest)[] = [
      (given) => ({
        ...given,
        identityPolicies: [...(given.identityPolicies ?? []), document([deny])],
      }),
      (given) => ({
        ...given,
        permissionsBoundary: withStatement(given.permissionsBoundary, deny),
      }),
      (given) => ({
        ...given,
        sessionPolicies: [...(given.sessionPolicies ?? []), document([deny])],
      }),
    ];
    fc.assert(
      fc.property(request, fc.constantFrom(...places), (given, place) => {
        fc.pre(given.principal.type !== "service");
        expect(evaluate(place(given)).result).to.equal("explicitlyDenied");
      }),
      { numRuns: RUNS },
    );
    fc.assert(
      fc.property(request, (given) => {
        const resourcePolicy = withStatement(given.resourcePolicy, { ...deny, Principal: "*" });
        expect(evaluate({ ...given, resourcePolicy }).result).to.equal("explicitlyDenied");
      }),
      { numRuns: RUNS },
    );
  });

  it("never turns allowed into denied when an Allow is added", () => {
    fc.assert(
      fc.property(request, statement, resourceStatement, (given, added, addedToResource) => {
        fc.pre(evaluate(given).result === "allowed");
        const allow = { ...added, Effect: "Allow" as const };
        const more: EvaluationRequest[] = [
          { ...given, identityPolicies: [...(given.identityPolicies ?? []), document([allow])] },
          {
            ...given,
            resourcePolicy: withStatement(given.resourcePolicy, {
              ...addedToResource,
              Effect: "Allow",
            }),
          },
        ];
        for (const wider of more) expect(evaluate(wider).result).to.equal("allowed");
      }),
      { numRuns: RUNS },
    );
  });

  it("never allows more when a boundary is added", () => {
    fc.assert(
      fc.property(request, statements, (given, boundary) => {
        fc.pre(evaluate(given).result !== "allowed" && given.permissionsBoundary === undefined);
        const bounded = { ...given, permissionsBoundary: document(boundary) };
        expect(evaluate(bounded).result).not.to.equal("allowed");
      }),
      { numRuns: RUNS },
    );
  });

  it("does not depend on the order of policies and statements", () => {
    fc.assert(
      fc.property(request, (given) => {
        const reversed = (policy: PolicyDocument): PolicyDocument => ({
          ...policy,
          Statement: [policy.Statement].flat().reverse(),
        });
        const turned: EvaluationRequest = {
          ...given,
          identityPolicies: given.identityPolicies?.map(reversed).reverse(),
          resourcePolicy: given.resourcePolicy && reversed(given.resourcePolicy),
          permissionsBoundary: given.permissionsBoundary && reversed(given.permissionsBoundary),
          sessionPolicies: given.sessionPolicies?.map(reversed).reverse(),
        };
        // The order affects only which of several matching statements is reported.
        const { result, reason } = evaluate(given);
        expect(evaluate(turned)).to.include({ result, reason });
      }),
      { numRuns: RUNS },
    );
  });
});

describe("IAM wildcards, for any pattern and text", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", ":", "/"), maxLength: 12 });
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", ":", "/", "*", "?"), maxLength: 10 });

  it("match like a regular expression", () => {
    fc.assert(
      fc.property(pattern, text, (wild, given) => {
        const regexp = new RegExp(
          `^${wild.replace(/[*?]/g, (c) => (c === "*" ? "[^]*" : "[^]"))}$`,
        );
        expect(matches(textPattern(written(wild)), given)).to.equal(regexp.test(given));
        expect(actionMatches(wild.toUpperCase(), given)).to.equal(regexp.test(given));
      }),
      { numRuns: RUNS },
    );
  });

  it("match only within the fields of an ARN", () => {
    fc.assert(
      fc.property(pattern, text, (wild, given) => {
        expect(matches(resourcePattern(written(wild)), given)).to.equal(arnRule(wild).test(given));
      }),
      { numRuns: RUNS },
    );
  });

  it("match their own text when nothing in it is a wildcard", () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(matches(resourcePattern(written(given)), given)).to.equal(true);
        expect(matches(textPattern([{ text: `${given}*`, literal: true }]), `${given}*`)).to.equal(
          true,
        );
      }),
      { numRuns: RUNS },
    );
  });

  it("need no exponential time for malicious patterns", () => {
    // A backtracking matcher would exceed the suite's timeout.
    expect(matches(textPattern(written(`${"*a".repeat(60)}b`)), "a".repeat(2000))).to.equal(false);
  });
});

/** Returns the documented rule as a regular expression, field by field. */
function arnRule(pattern: string): RegExp {
  const fields = pattern.split(":");
  const head = fields.slice(0, 5).map((field) =>
    field.replace(/[*?]/g, (wild, at: number) => {
      const endsField = at === field.length - 1;
      if (wild === "?") return "[^:]";
      return endsField ? "[^]*" : "[^:]*";
    }),
  );
  const resource = fields.slice(5).join(":");
  const tail = resource.replace(/[*?]/g, (wild) => (wild === "*" ? "[^]*" : "[^]"));
  return new RegExp(`^${head.join(":")}${fields.length > 5 ? `:${tail}` : ""}$`);
}

function written(text: string): { text: string; literal: boolean }[] {
  return [{ text, literal: false }];
}

function document(statements: PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

function withStatement(policy: PolicyDocument | undefined, added: PolicyStatement): PolicyDocument {
  return document([...[policy?.Statement ?? []].flat(), added]);
}
