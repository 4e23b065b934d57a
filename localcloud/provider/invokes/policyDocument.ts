import type { Properties } from "../types";

interface StatementInput {
  sid?: string;
  effect?: string;
  actions?: string[];
  notActions?: string[];
  resources?: string[];
  notResources?: string[];
  principals?: { type: string; identifiers: string[] }[];
  notPrincipals?: { type: string; identifiers: string[] }[];
  conditions?: { test: string; variable: string; values: string[] }[];
}

/** Builds the JSON of `aws.iam.getPolicyDocument`; one value stays a text, several become a list. */
export function policyDocument(args: Properties): Properties {
  const merged = [
    ...documents(args.sourceJson, args.sourcePolicyDocuments),
    { Statement: ((args.statements ?? []) as StatementInput[]).map(statement) },
    ...documents(args.overrideJson, args.overridePolicyDocuments),
  ];
  const statements = new Map<string, object>();
  let unnamed = 0;
  // A later statement with the same Sid replaces the earlier one, as the real data source does.
  for (const { Statement } of merged)
    for (const item of [Statement].flat() as { Sid?: string }[])
      statements.set(item.Sid ? `sid:${item.Sid}` : `#${unnamed++}`, item);
  const document = {
    Version: args.version ?? "2012-10-17",
    ...(args.policyId === undefined ? {} : { Id: args.policyId }),
    Statement: [...statements.values()],
  };
  return {
    ...args,
    id: String(args.policyId ?? "policy"),
    json: JSON.stringify(document, undefined, 2),
    minifiedJson: JSON.stringify(document),
  };
}

function documents(single: unknown, list: unknown): { Statement: object | object[] }[] {
  const texts = [single, ...(Array.isArray(list) ? (list as unknown[]) : [])].filter(
    (text): text is string => typeof text === "string" && text !== "",
  );
  return texts.map((text) => JSON.parse(text) as { Statement: object });
}

function statement(input: StatementInput): object {
  return {
    ...(input.sid ? { Sid: input.sid } : {}),
    Effect: input.effect ?? "Allow",
    ...part("Action", input.actions),
    ...part("NotAction", input.notActions),
    ...part("Resource", input.resources),
    ...part("NotResource", input.notResources),
    ...principals("Principal", input.principals),
    ...principals("NotPrincipal", input.notPrincipals),
    ...conditions(input.conditions),
  };
}

function part(name: string, values: string[] | undefined): object {
  return values && values.length > 0 ? { [name]: oneOrList(values) } : {};
}

function principals(name: string, list: StatementInput["principals"]): object {
  if (!list || list.length === 0) return {};
  if (list.some(({ type, identifiers }) => type === "*" && identifiers.includes("*")))
    return { [name]: "*" };
  const byType: Record<string, string[]> = {};
  for (const { type, identifiers } of list) (byType[type] ??= []).push(...identifiers);
  return {
    [name]: Object.fromEntries(Object.entries(byType).map(([type, ids]) => [type, oneOrList(ids)])),
  };
}

function conditions(list: StatementInput["conditions"]): object {
  if (!list || list.length === 0) return {};
  const byTest: Record<string, Record<string, string | string[]>> = {};
  for (const { test, variable, values } of list)
    (byTest[test] ??= {})[variable] = oneOrList(values);
  return { Condition: byTest };
}

function oneOrList(values: readonly string[]): string | string[] {
  return values.length === 1 ? values[0] : [...values];
}
