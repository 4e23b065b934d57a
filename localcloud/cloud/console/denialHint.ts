import type { PolicyStatement } from "../../core/policyDocument";
import type { RecordedCall } from "../../core/recorder";
import type { Span } from "../../core/trace";
import type { Cloud } from "../cloud";

/** Returns a hint for a denied call of a role: the missing permission, and the statement that comes closest to it. */
export function denialHint({ status, data }: Span, cloud: Cloud): string | undefined {
  const call = data.call as RecordedCall | undefined;
  if (status !== "denied" || call?.principal.type !== "role") return undefined;
  const check = call.checks[call.checksPassed];
  if (!check) return undefined;
  const { roleName } = call.principal;
  const wanted = `Grant ${check.action} on ${check.resource} to ${roleName}.`;
  const nearest = nearestStatement(check.action, cloud.identity.identityPolicies(call.principal));
  if (!nearest) return `${wanted} No statement of its policies is about ${prefixOf(check.action)}.`;
  const { Sid = "a statement without a Sid", Action = [], Resource = [] } = nearest;
  const covers = `${[Action].flat().join(", ")} on ${[Resource].flat().join(", ")}`;
  return `${wanted} The nearest statement is ${Sid}: it allows ${covers}.`;
}

type Policies = ReturnType<Cloud["identity"]["identityPolicies"]>;

/** Returns a statement that allows the action (on another resource), or else another action of the same service. */
function nearestStatement(action: string, policies: Policies): PolicyStatement | undefined {
  const statements = policies.flatMap(({ Statement }) => Statement);
  const allowing = statements.filter(({ Effect }) => Effect === "Allow");
  const about = (test: (one: string) => boolean): PolicyStatement | undefined =>
    allowing.find(({ Action }) => [Action ?? []].flat().some(test));
  return (
    about((one) => one.toLowerCase() === action.toLowerCase()) ??
    about((one) => prefixOf(one) === prefixOf(action))
  );
}

function prefixOf(action: string): string {
  return action.split(":", 1)[0].toLowerCase();
}
