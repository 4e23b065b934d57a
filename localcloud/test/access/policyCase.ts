import type { PolicyDocument, PolicyStatement } from "../../core/policyDocument";
import { rootPrincipal, type Principal } from "../../core/principal";
import type { ContextValues } from "../../access/context";
import type { EvaluationRequest } from "../../access/evaluate";
import type { Decision } from "../../core/decision";

/** One decision in test/localcloud/iam/cases/*.json; policies are given as statements. */
export interface PolicyCase {
  readonly name: string;
  /** Default: a session of the role `app`. */
  readonly principal?: "role" | "user" | "root" | Principal;
  readonly action: string;
  /** Default `*`. */
  readonly resource?: string;
  readonly context?: ContextValues;
  readonly identity: PolicyStatement[];
  /** A second identity policy. */
  readonly identity2?: PolicyStatement[];
  readonly resourcePolicy?: PolicyStatement[];
  readonly boundary?: PolicyStatement[];
  readonly session?: PolicyStatement[];
  readonly sameAccount?: boolean;
  /** Version of the policies; default 2012-10-17, null = none. */
  readonly version?: string | null;
  readonly expect: readonly [Decision["result"], Decision["reason"]];
}

const ACCOUNT = "123456789012";

export const PRINCIPALS: Readonly<Record<"role" | "user" | "root", Principal>> = {
  role: {
    type: "role",
    accountId: ACCOUNT,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/one`,
    roleName: "app",
    roleArn: `arn:aws:iam::${ACCOUNT}:role/app`,
    roleId: "AROAEXAMPLE1234567890",
    sessionName: "one",
  },
  user: {
    type: "user",
    accountId: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
    userName: "alice",
  },
  root: rootPrincipal(ACCOUNT),
};

export function requestOf(test: PolicyCase): EvaluationRequest {
  const { principal = "role" } = test;
  const policy = (statements: PolicyStatement[]): PolicyDocument => ({
    ...(test.version !== null && { Version: test.version ?? "2012-10-17" }),
    Statement: statements,
  });
  return {
    principal: typeof principal === "string" ? PRINCIPALS[principal] : principal,
    action: test.action,
    resource: test.resource ?? "*",
    context: test.context,
    identityPolicies: [test.identity, test.identity2 ?? []].map(policy),
    resourcePolicy: test.resourcePolicy && policy(test.resourcePolicy),
    permissionsBoundary: test.boundary && policy(test.boundary),
    sessionPolicies: test.session && [policy(test.session)],
    sameAccount: test.sameAccount,
  };
}
