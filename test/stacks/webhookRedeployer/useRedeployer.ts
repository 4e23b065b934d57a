import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { advanceUntilQuiet, dockerHubPush, type RunningProgram } from "../../../localcloud/testing";
import type { EcsStore } from "../../../localcloud/services/ecs/store";

const QUIET = { quietMinutes: 8, limitMinutes: 60 };

/**
 * Uses every permission of the redeployer of stack dev: a push that works, one that does not start, and two that fail
 * permanently.
 */
export async function useRedeploy(program: RunningProgram): Promise<void> {
  const push = async (tag: string): Promise<void> => {
    const pushed_at = Math.floor(program.cloud.clock.now() / 1000);
    const body = JSON.stringify(dockerHubPush({ tag, push_data: { pushed_at } }));
    const { status } = await fetch(program.output("redeployWebhookUrl"), { method: "POST", body });
    if (status !== 202) throw new Error(`the webhook answered ${status}`);
    await advanceUntilQuiet(program.cloud, QUIET);
  };
  await program.cloud.clock.advance(300_000);
  await pinRule(program);
  await push("1.1");
  imagesOf(program).push("acme/web:1.2", { crashes: true });
  await push("1.2");
  const operations = ["ListServices", "RegisterTaskDefinition"];
  for (const [index, operation] of operations.entries()) {
    // Injected: IAM itself denies nothing, and temporary errors would be retried for a minute.
    const fault = { kind: "accessDenied", service: "ecs", operation, times: "forever" } as const;
    const id = program.cloud.faults.add(fault);
    await push(`1.${index + 3}`);
    program.cloud.faults.remove(id);
  }
}

/** Returns the images of the registries that tasks pull from. */
function imagesOf({ cloud }: RunningProgram): EcsStore["images"] {
  // The registry's type does not know the type of a service's store.
  return (cloud.registry.named("ecs")?.store(cloud.defaultRegion, cloud) as EcsStore).images;
}

/** Creates a rule that starts tasks in the demo's cluster: its fixed revision is part of every result. */
async function pinRule(program: RunningProgram): Promise<void> {
  const { accountId, defaultRegion } = program.cloud;
  const arns = `arn:aws:ecs:${defaultRegion}:${accountId}`;
  const Rule = "redeploy-nightly";
  const events = program.client(EventBridgeClient);
  await events.send(new PutRuleCommand({ Name: Rule, ScheduleExpression: "rate(365 days)" }));
  const target = {
    Id: "report",
    Arn: `${arns}:cluster/${program.output("demoClusterName")}`,
    RoleArn: `arn:aws:iam::${accountId}:role/events`,
    EcsParameters: { TaskDefinitionArn: `${arns}:task-definition/demo-report:1` },
  };
  await events.send(new PutTargetsCommand({ Rule, Targets: [target] }));
}
