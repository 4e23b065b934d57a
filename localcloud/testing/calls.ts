import type { Cloud } from "../cloud/cloud";
import type { CallFilter, RecordedCall } from "../core/recorder";
import type { ResourceState } from "../engine/state/state";
import { nameOf } from "../engine/state/urn";
import { LAMBDA_PRINCIPAL } from "../services/lambda/model/roleSession";

export interface CallsOfFilter extends Omit<CallFilter, "roleName"> {
  /**
   * Also calls that Lambda itself makes with the role: writing logs, polling queues, sending failures. Default false.
   */
  readonly byLambda?: boolean;
}

/** Returns the calls that code with this role made, oldest first, refused ones included. */
export function callsOf(
  cloud: Cloud,
  roleName: string,
  { byLambda = false, ...filter }: CallsOfFilter = {},
): readonly RecordedCall[] {
  const calls = cloud.recorder.find({ ...filter, roleName });
  return byLambda ? calls : madeByCode(cloud, calls);
}

/** Returns the calls that IAM refused, oldest first: empty if a program has all the permissions it needs. */
export function deniedCalls(
  cloud: Cloud,
  filter: Omit<CallFilter, "outcome"> = {},
): readonly RecordedCall[] {
  return cloud.recorder.find({ ...filter, outcome: "denied" });
}

/**
 * Returns the name of a component's or a function's role: give the component's URN or name, or the function's name in
 * AWS.
 *
 * @throws Error if there is no such role, or more than one.
 */
export function roleOf(resources: readonly ResourceState[], subject: string): string {
  const functions = resources.filter(
    ({ type, outputs }) => type === FUNCTION && outputs.name === subject,
  );
  const owners = resources.filter(
    ({ urn, custom }) => !custom && (urn === subject || nameOf(urn) === subject),
  );
  const names = new Set([
    ...functions.map(({ inputs }) => String(inputs.role).split("/").at(-1) ?? ""),
    ...resources
      .filter(({ type, parent }) => type === ROLE && owners.some(({ urn }) => urn === parent))
      .map(({ outputs }) => String(outputs.name)),
  ]);
  const [name] = names;
  if (name === undefined)
    throw new Error(`Neither a component nor a function '${subject}' with a role is deployed.`);
  if (names.size > 1)
    throw new Error(`'${subject}' has several roles: ${[...names].join(", ")}; name one of them.`);
  return name;
}

const FUNCTION = "aws:lambda/function:Function";
const ROLE = "aws:iam/role:Role";

function madeByCode(cloud: Cloud, calls: readonly RecordedCall[]): readonly RecordedCall[] {
  return calls.filter((call) => {
    const { principal } = call;
    if (isLogWrite(call) || principal.type !== "role") return false;
    // With a function's ARN the call comes from the code in an execution environment; without one, from Lambda itself.
    return principal.sourceFunctionArn !== undefined || !trustsLambda(cloud, principal.roleArn);
  });
}

function trustsLambda(cloud: Cloud, roleArn: string): boolean {
  return [cloud.identity.trustPolicy(roleArn)?.Statement ?? []]
    .flat()
    .flatMap(({ Principal }) => (typeof Principal === "object" ? Principal.Service : []))
    .includes(LAMBDA_PRINCIPAL);
}

/**
 * Recognizes Lambda's log streams by their names, `2026/01/01/[$LATEST]0123...`, which code is unlikely to use itself.
 */
function isLogWrite({ service, operation, input }: RecordedCall): boolean {
  if (service !== "cloudwatch-logs") return false;
  const { logGroupName = "", logStreamName = "" } = input as Record<string, string | undefined>;
  return operation === "CreateLogGroup"
    ? logGroupName.startsWith("/aws/lambda/")
    : /^\d{4}\/\d\d\/\d\d\/\[/.test(logStreamName);
}
