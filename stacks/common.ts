import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { trace } from "../callbacks/trace";
import { CallbackFunction, CommentsDynamoProxy } from "../components";

/** What differs between the stacks; everything else they share. */
export interface Settings {
  /** What alarms notify, such as ARNs of SNS topics. */
  readonly alarmActions: string[];
  /** Keeps what holds data from being deleted. */
  readonly protectData: boolean;
  readonly logRetentionInDays: number;
}

/** Public comments: API Gateway straight onto DynamoDB. */
export function comments({ alarmActions, protectData, logRetentionInDays }: Settings): CommentsDynamoProxy {
  return new CommentsDynamoProxy("comments", {
    alarmActions,
    logRetentionInDays,
    deletionProtection: protectData,
  });
}

/** A function that answers its own event and context, to look at what an event source sends. */
export function traceFunction({ alarmActions, logRetentionInDays }: Settings): CallbackFunction {
  return new CallbackFunction("trace", {
    description: "Answers the event and context it was given.",
    callback: trace as (event: unknown, context: aws.lambda.Context) => ReturnType<typeof trace>,
    permissions: [],
    alarmActions,
    logRetentionInDays,
  });
}

/** The outputs of a stack, by the names that its users rely on. */
export type Outputs = Record<string, pulumi.Output<string>>;
