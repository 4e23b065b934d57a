import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { DescribeRuleCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { GetFunctionEventInvokeConfigCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { AuditRecord } from "../../../callbacks/ecs/scaling/memory";
import { createScaleClients, scaleCommand } from "../../../commands/scale/scaleCommand";
import { parseScale } from "../../../commands/scale/scaleOptions";
import type { RecordedCall } from "../../../localcloud/core/recorder";
import { callsOf, roleOf } from "../../../localcloud/testing";
import { FixtureProgram } from "./fixtureProgram";

/** A fixture program with one scaler, which exports `functionName`, `auditTableName` and `tickRuleName`. */
export abstract class ScalerProgram extends FixtureProgram {
  /** Name of the scaler in the program. */
  protected abstract readonly scaler: string;

  /** Returns the state of the rule that calls the scaler each minute. */
  async tick(): Promise<string | undefined> {
    const Name = this.output("tickRuleName");
    return (await this.program.client(EventBridgeClient).send(new DescribeRuleCommand({ Name })))
      .State;
  }

  /** Returns all decisions of the scaler, oldest first. */
  async decisions(): Promise<AuditRecord[]> {
    const { Items = [] } = await this.program.client(DynamoDBClient).send(
      new QueryCommand({
        TableName: this.output("auditTableName"),
        KeyConditionExpression: "id = :id AND begins_with(part, :part)",
        ExpressionAttributeValues: { ":id": { S: "scaler" }, ":part": { S: "decision#" } },
      }),
    );
    return Items.map(({ decision }) => JSON.parse(decision.S ?? "") as AuditRecord);
  }

  /** Returns how often the scaler runs in a day, or in this many hours, without changes. */
  async evaluationsOfDay(hours = 24): Promise<number> {
    await this.minutes(30);
    await this.cloud.clock.advance(1);
    const before = (await this.decisions()).length;
    for (let hour = 0; hour < hours; hour += 1) await this.cloud.clock.advance(3_600_000);
    await this.minutes(1);
    return (await this.decisions()).length - before;
  }

  get roleName(): string {
    return roleOf(this.engine.session.resources, this.scaler);
  }

  /** Returns the calls of the scaler's own code since then. */
  calls(after: number): readonly RecordedCall[] {
    return callsOf(this.cloud, this.roleName, { after });
  }

  /** Calls the scaler, with the event of an alarm or any other. */
  wake(event: object = { wake: "command" }, InvocationType?: "Event"): Promise<string> {
    return this.callFunction(this.output("functionName"), event, InvocationType);
  }

  /** Calls the scaler again with the events that it could not handle, and empties its failure queue. */
  async resendFailedEvents(): Promise<void> {
    const FunctionName = this.output("functionName");
    const asked = new GetFunctionEventInvokeConfigCommand({ FunctionName });
    const { DestinationConfig } = await this.program.client(LambdaClient).send(asked);
    const QueueName = DestinationConfig?.OnFailure?.Destination?.split(":").at(-1);
    const sqs = this.program.client(SQSClient);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    for (;;) {
      const received = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
      const { Messages = [] } = await sqs.send(received);
      if (Messages.length === 0) return;
      for (const { Body = "", ReceiptHandle } of Messages) {
        const { requestPayload } = JSON.parse(Body) as { requestPayload: object };
        await this.wake(requestPayload, "Event");
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  }

  /** Runs the command `scale`, and returns its output, or why it failed. */
  async scale(line: string): Promise<string> {
    const { endpoint, region, credentials } = this.program.access();
    const clients = createScaleClients({ endpoint, region, credentials });
    const lines: string[] = [];
    const print = (text: string): void => void lines.push(text);
    const options = parseScale(line.split(" "));
    if (!options) throw new Error("help was asked for");
    const context = { clients, print, now: () => this.cloud.clock.now() };
    await scaleCommand(options, context).catch((error: Error) => print(error.message));
    for (const client of Object.values(clients)) client.destroy();
    return lines.join("\n");
  }
}
