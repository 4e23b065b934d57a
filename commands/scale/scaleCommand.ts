import { DynamoDBClient, QueryCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { paginateGetParametersByPath, SSMClient } from "@aws-sdk/client-ssm";
import {
  DECISION_PART,
  keyOf,
  SCALER_ID,
  STATE_PART,
} from "../../callbacks/ecs/scaling/memoryStore";
import { SCALER_RECORDS, type ScalerRecord } from "../../callbacks/ecs/scaling/scalerRecord";
import type { Evaluated } from "../../callbacks/ecs/scaling/scalerHandler";
import { CommandError } from "../commandError";
import type { ScaleOptions } from "./scaleOptions";

export interface ScaleClients {
  readonly dynamodb: DynamoDBClient;
  readonly lambda: LambdaClient;
  readonly ssm: SSMClient;
}

export interface ScaleContext {
  readonly clients: ScaleClients;
  print(line: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Creates clients for the account, region and endpoint of the environment. */
export function createScaleClients(settings: object = {}): ScaleClients {
  return {
    dynamodb: new DynamoDBClient(settings),
    lambda: new LambdaClient(settings),
    ssm: new SSMClient(settings),
  };
}

/**
 * Runs `scale`.
 *
 * @throws CommandError with a message for the user.
 */
export async function scaleCommand(options: ScaleOptions, context: ScaleContext): Promise<void> {
  const scaler = await findScaler(context.clients, options);
  const { action } = options;
  if (action.kind === "show") return show(scaler, action.last, context);
  const { clients, print } = context;
  if (action.kind === "hold") {
    const until = context.now() + action.milliseconds;
    const override = JSON.stringify({ desired: action.tasks, until });
    await write(clients, scaler, "SET #override = :value", { ":value": { S: override } });
    if (action.tasks < scaler.min || action.tasks > scaler.max)
      print(
        `The bounds of the program are ${scaler.min} to ${scaler.max}; the scaler stays within those in force.`,
      );
  } else if (action.kind === "suspend")
    await write(clients, scaler, "SET suspended = :value", { ":value": { BOOL: true } });
  else await write(clients, scaler, "REMOVE #override, suspended", {});
  const { from, to, why } = await wake(clients, scaler);
  const change = to === from ? `stays at ${from}` : `goes from ${from} to ${to}`;
  print(`${placeOf(scaler)} ${change}: ${why}.`);
}

/** A fleet has no cluster. */
function placeOf({ service, cluster }: ScalerRecord): string {
  return cluster === undefined ? service : `${service} in ${cluster}`;
}

interface FoundScaler extends ScalerRecord {
  readonly name: string;
}

async function findScaler(clients: ScaleClients, options: ScaleOptions): Promise<FoundScaler> {
  const found: (FoundScaler & { project: string; stack: string })[] = [];
  const query = { Path: SCALER_RECORDS, Recursive: true };
  for await (const { Parameters = [] } of paginateGetParametersByPath(
    { client: clients.ssm },
    query,
  ))
    for (const { Name = "", Value = "" } of Parameters) {
      const [, , project = "", stack = "", name = ""] = Name.split("/");
      found.push({ ...(JSON.parse(Value) as ScalerRecord), project, stack, name });
    }
  const matching = found.filter(
    ({ name, project, stack }) =>
      name === options.scaler &&
      [undefined, project].includes(options.project) &&
      [undefined, stack].includes(options.stack),
  );
  const [first, second] = matching;
  if (first && !second) return first;
  if (second) {
    const places = matching.map(({ project, stack }) => `${project}/${stack}`).join(", ");
    throw new CommandError(
      `There are several scalers '${options.scaler}' (${places}); give --project or --stack.`,
    );
  }
  const names = found.map(({ name, project, stack }) => `${name} (${project}/${stack})`).join(", ");
  throw new CommandError(`There is no scaler '${options.scaler}'; there is: ${names || "none"}.`);
}

/**
 * Writes the state and increments its version like the function does, so that neither overwrites the other unnoticed.
 */
async function write(
  { dynamodb }: ScaleClients,
  { tableName }: FoundScaler,
  expression: string,
  values: Record<string, { S: string } | { BOOL: boolean }>,
): Promise<void> {
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: keyOf(STATE_PART),
      UpdateExpression: `${expression} ADD version :one`,
      // A reserved word: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
      ...(expression.includes("#override")
        ? { ExpressionAttributeNames: { "#override": "override" } }
        : {}),
      ExpressionAttributeValues: { ...values, ":one": { N: "1" } },
    }),
  );
}

async function wake({ lambda }: ScaleClients, { functionName }: FoundScaler): Promise<Evaluated> {
  const Payload = JSON.stringify({ wake: "command" });
  const answer = await lambda.send(new InvokeCommand({ FunctionName: functionName, Payload }));
  const text = Buffer.from(answer.Payload ?? []).toString();
  if (answer.FunctionError === undefined) return JSON.parse(text) as Evaluated;
  const { errorMessage } = JSON.parse(text) as { errorMessage?: string };
  throw new CommandError(`The scaler could not apply it: ${errorMessage}`);
}

async function show(
  scaler: FoundScaler,
  last: number,
  { clients, print }: ScaleContext,
): Promise<void> {
  const { Items = [] } = await clients.dynamodb.send(
    new QueryCommand({
      TableName: scaler.tableName,
      KeyConditionExpression: "id = :id AND begins_with(part, :part)",
      ExpressionAttributeValues: { ":id": { S: SCALER_ID }, ":part": { S: DECISION_PART } },
      ScanIndexForward: false,
      Limit: last,
    }),
  );
  print(
    `${scaler.name}: ${placeOf(scaler)}, ${scaler.min} to ${scaler.max} ${scaler.unit ?? "tasks"}`,
  );
  if (Items.length === 0) print("It has made no decision yet.");
  for (const { part, from, to, outcome, why } of [...Items].reverse()) {
    const time = part?.S?.slice(DECISION_PART.length, DECISION_PART.length + 19).replace("T", " ");
    const change = from?.N === to?.N ? `${from?.N}` : `${from?.N} -> ${to?.N}`;
    print(`${time}  ${change.padEnd(10)} ${(outcome?.S ?? "").padEnd(9)} ${why?.S}`);
  }
}
