/** An IAM policy document as AWS stores it, after JSON.parse. */
export interface PolicyDocument {
  Version?: string;
  Id?: string;
  Statement: PolicyStatement | PolicyStatement[];
}

export interface PolicyStatement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Principal?: PolicyPrincipal;
  NotPrincipal?: PolicyPrincipal;
  Condition?: PolicyCondition;
}

export type PolicyPrincipal = "*" | { [kind: string]: string | string[] };
export type PolicyCondition = {
  [operator: string]: { [key: string]: string | number | boolean | (string | number | boolean)[] };
};
