import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { InterfaceSpec } from "../../../callbacks/instances/eniLifecycleHook/model";
import type { CallbackFunction } from "../../function/callbackFunction";
import { childName } from "../../names";

/** Milliseconds for which a result is reported: later updates find the same result in the stack's state. */
const NEWS = 10 * 60_000;

/** Asks the function which instances of the group have no interfaces, and reports them once. */
export function adviseRefresh(
  self: pulumi.Resource,
  name: string,
  {
    function: target,
    groupName,
    hooks,
    specs,
  }: {
    readonly function: CallbackFunction<never, unknown>;
    readonly groupName: pulumi.Output<string>;
    /** The hooks; a call before they exist would find instances that they still cover. */
    readonly hooks: readonly pulumi.Resource[];
    readonly specs: pulumi.Output<InterfaceSpec[]>;
  },
): void {
  const { result } = new aws.lambda.Invocation(
    childName(name, "coverage"),
    {
      functionName: target.name,
      input: pulumi.jsonStringify({ wake: "coverage", groupName }),
      triggers: { interfaces: pulumi.jsonStringify(specs) },
    },
    { parent: self, dependsOn: [...hooks] },
  );
  void pulumi.all([result, groupName]).apply(([text, group]) => {
    const { uncovered = [], at = 0 } = parse(text);
    if (uncovered.length === 0 || Date.now() - at > NEWS) return;
    const advice = `aws autoscaling start-instance-refresh --auto-scaling-group-name ${group}`;
    const message = `${uncovered.length} instances of ${group} do not have their interfaces, because hooks apply only to new instances: ${uncovered.slice(0, 5).join(", ")}. To replace them: ${advice}`;
    void pulumi.log.warn(message, self);
  });
}

function parse(text: string | undefined): {
  readonly uncovered?: readonly string[];
  readonly at?: number;
} {
  try {
    return Object(JSON.parse(text ?? "{}")) as object;
  } catch {
    return {};
  }
}
