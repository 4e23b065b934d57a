import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { DescribeRuleCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { Noted } from "../../callbacks/ecs/scaling/memory";
import type { RecordedCall } from "../../localcloud/core/recorder";
import { callsOf, roleOf } from "../../localcloud/testing";
import { FixtureProgram } from "./fixtureProgram";

/** A fixture program with one scaler, of which it tells `functionName`, `auditTableName` and `tickRuleName`. */
export abstract class ScalerProgram extends FixtureProgram {
  /** Name of the scaler in the program. */
  protected abstract readonly scaler: string;

  /** State of the rule that calls the scaler each minute. */
  async tick(): Promise<string | undefined> {
    const Name = this.output("tickRuleName");
    return (await this.program.client(EventBridgeClient).send(new DescribeRuleCommand({ Name })))
      .State;
  }

  /** Everything that the scaler has decided, oldest first. */
  async decisions(): Promise<Noted[]> {
    const { Items = [] } = await this.program.client(DynamoDBClient).send(
      new QueryCommand({
        TableName: this.output("auditTableName"),
        KeyConditionExpression: "id = :id AND begins_with(part, :part)",
        ExpressionAttributeValues: { ":id": { S: "scaler" }, ":part": { S: "decision#" } },
      }),
    );
    return Items.map(({ decision }) => JSON.parse(decision.S ?? "") as Noted);
  }

  get roleName(): string {
    return roleOf(this.engine.session.resources, this.scaler);
  }

  /** Calls of the scaler's own code since then. */
  calls(after: number): readonly RecordedCall[] {
    return callsOf(this.cloud, this.roleName, { after });
  }

  /** Wakes the scaler at once, with an event as an alarm would send it or any other. */
  wake(event: object = { wake: "command" }, InvocationType?: "Event"): Promise<string> {
    return this.callFunction(this.output("functionName"), event, InvocationType);
  }
}
