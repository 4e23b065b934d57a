import type { InputTransformer, Target } from "@aws-sdk/client-eventbridge";
import { parseArn, type Arn } from "../../../core/arn";
import { checkLength, checkRange } from "../../../core/constraint";
import { unsupported, validation } from "./errors";
import { unknownVariable } from "../input/inputTransformer";
import { isJsonPath } from "../input/jsonPath";
import type { EventBridgeStore } from "../store";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html */
const RETRIES = { min: 0, max: 185 };
const AGE_SECONDS = { min: 60, max: 86_400 };
const MAX_INPUT = 8192;
const MAX_VARIABLES = 100;

/** Members that belong to kinds of targets which this cloud does not support. */
const UNSUPPORTED_MEMBERS = [
  "KinesisParameters",
  "RunCommandParameters",
  "BatchParameters",
  "HttpParameters",
  "RedshiftDataParameters",
  "SageMakerPipelineParameters",
  "AppSyncParameters",
] as const;

/** Refuses a target that AWS refuses, or that this cloud could not deliver to. */
export function checkTarget(target: Target, { scope }: EventBridgeStore): void {
  const { Id = "", Arn: text = "" } = target;
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(Id)) throw validation(`Parameter Id is not valid: ${Id}.`);
  const arn = parseArn(text);
  if (!arn)
    throw validation(
      `Parameter ${text} is not valid. Reason: Provided Arn is not in correct format.`,
    );
  const unsupportedMember = UNSUPPORTED_MEMBERS.find((name) => target[name] !== undefined);
  if (unsupportedMember) throw unsupported(`the target option ${unsupportedMember}`);
  checkInput(target);
  checkRetries(target);
  checkByService(target, arn);
  if (arn.accountId !== scope.accountId) throw unsupported("targets in other accounts");
}

function checkByService(target: Target, arn: Arn): void {
  switch (arn.service) {
    case "lambda":
      return;
    case "sqs":
      if (arn.resource.endsWith(".fifo") && target.SqsParameters?.MessageGroupId === undefined)
        throw validation(`Parameter(s) SqsParameters must be specified for target: ${target.Id}.`);
      return;
    case "logs":
      if (!/^log-group:[^:]+(:\*)?$/.test(arn.resource))
        throw validation(
          `Parameter ${target.Arn} is not valid. Reason: Provided Arn is not in correct format.`,
        );
      return;
    case "events":
      if (!arn.resource.startsWith("event-bus/")) break;
      return;
    case "ecs":
      if (!arn.resource.startsWith("cluster/")) break;
      if (!target.EcsParameters?.TaskDefinitionArn)
        throw validation(`Parameter(s) EcsParameters must be specified for target: ${target.Id}.`);
      if (!target.RoleArn) throw validation(`RoleArn is required for target ${target.Arn}.`);
      return;
  }
  throw unsupported(`targets like ${target.Arn}`);
}

function checkInput({ Id, Input, InputPath, InputTransformer }: Target): void {
  const given = [Input, InputPath, InputTransformer].filter((one) => one !== undefined);
  if (given.length > 1)
    throw validation("Only one of Input, InputPath, or InputTransformer must be provided.");
  checkLength(Input, "targets.1.member.input", { min: 0, max: MAX_INPUT });
  if (Input !== undefined && !isJson(Input))
    throw validation("JSON syntax error in input for target.");
  if (InputPath !== undefined && !isJsonPath(InputPath)) throw invalidPath("InputPath");
  if (InputTransformer) checkTransformer(InputTransformer, Id);
}

function checkTransformer(transformer: InputTransformer, id: string | undefined): void {
  const { InputPathsMap = {}, InputTemplate = "" } = transformer;
  checkLength(InputTemplate, "targets.1.member.inputTransformer.inputTemplate", {
    min: 1,
    max: MAX_INPUT,
  });
  const names = Object.keys(InputPathsMap);
  if (names.length > MAX_VARIABLES)
    throw validation(`An input transformer can have at most ${MAX_VARIABLES} variables.`);
  for (const name of names) {
    if (/^aws/i.test(name))
      throw validation(`InputPathsMap may not contain the reserved name ${name}.`);
    if (!isJsonPath(InputPathsMap[name])) throw invalidPath(name);
  }
  const unknown = unknownVariable(transformer);
  if (unknown !== undefined)
    throw validation(`InputTemplate for target ${id} contains invalid placeholder ${unknown}.`);
}

function checkRetries({ RetryPolicy, DeadLetterConfig }: Target): void {
  checkRange(RetryPolicy?.MaximumRetryAttempts, "maximumRetryAttempts", RETRIES);
  checkRange(RetryPolicy?.MaximumEventAgeInSeconds, "maximumEventAgeInSeconds", AGE_SECONDS);
  const deadLetters = DeadLetterConfig?.Arn;
  if (deadLetters === undefined) return;
  const arn = parseArn(deadLetters);
  if (arn?.service !== "sqs" || arn.resource.endsWith(".fifo"))
    throw validation(
      `Parameter ${deadLetters} is not valid. Reason: the dead-letter queue must be a standard SQS queue.`,
    );
}

function invalidPath(name: string): Error {
  return validation(`Invalid path syntax: ${name} is not a JSON path that EventBridge supports.`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
