import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { CALLBACK_CHECKS, type CallbackOptions, checkTogether } from "./callbackOptions";
import { checkStatements } from "../iam/iamPolicy";
import type { Statement } from "../iam/statement";
import { checkName } from "../names";
import { checkQueueSources, type QueueSource } from "./triggers/queueSource";
import { anything, checkArgs, list } from "../validation";

/** The code that runs in Lambda. It returns a promise, because nodejs24.x no longer supports a callback parameter. */
export type Callback<Event, Result> = (
  event: Event,
  context: aws.lambda.Context,
) => Promise<Result>;

/**
 * A callback that streams its response, as `awslambda.streamifyResponse` of Lambda's runtime returns it.
 * https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html
 */
export interface StreamingCallback<Event> {
  (event: Event, responseStream: never, context: never): void | Promise<void>;
  // The same, so that TypeScript does not look here for the parameters of an ordinary callback: it would find two kinds
  // of function, and infer none.
  <Never>(event: Event, responseStream: never, context: never, never?: Never): void | Promise<void>;
}

/** Runs once per cold start, creates clients and caches, and returns the callback. */
export type CallbackFactory<Event, Result> = () =>
  Callback<Event, Result> | StreamingCallback<Event>;

export interface CallbackFunctionArgs<Event = unknown, Result = unknown> extends CallbackOptions {
  /** The code, inline; it returns a promise. Give this or `callbackFactory`. */
  callback?: Callback<Event, Result>;
  /** Like `callback`, with state that lives as long as the execution environment. Give this or `callback`. */
  callbackFactory?: CallbackFactory<Event, Result>;
  /**
   * `{ actions, resources, conditions?, effect?, sid? }[]`, all AWS permissions of the code; `[]` for none. Access to
   * its own log and failure queue is added.
   */
  permissions: Statement[];
  /** Queues from which the function receives messages; the permission to poll them is added. Default: none. */
  queues?: QueueSource[];
}

/**
 * Refuses invalid arguments, and combinations that have no effect.
 *
 * @throws pulumi.ResourceError naming the argument.
 */
export function checkCallbackArgs<E, R>(
  self: pulumi.Resource,
  name: string,
  args: CallbackFunctionArgs<E, R>,
): void {
  const fail = (message: string): never => {
    throw new pulumi.ResourceError(message, self, true);
  };
  checkName(self, name);
  checkArgs<CallbackFunctionArgs<E, R>>(self, args, {
    // Checked below in combination.
    callback: anything,
    callbackFactory: anything,
    permissions: anything,
    queues: list(anything),
    ...CALLBACK_CHECKS,
  });
  const { callback, callbackFactory } = args;
  if ((callback === undefined) === (callbackFactory === undefined)) {
    const given = callback === undefined ? "neither is" : "both are";
    fail(`callback, callbackFactory: ${given} given; give exactly one of them.`);
  }
  const code: unknown = callback ?? callbackFactory;
  const argument = callback ? "callback" : "callbackFactory";
  if (typeof code !== "function") fail(`${argument}: given ${typeof code}; give a function.`);
  if (callback && callback.length > 2) {
    fail(
      "callback: given a function with a third parameter; nodejs24.x no longer calls one back, " +
        "so return a promise.",
    );
  }
  if (!Array.isArray(args.permissions)) {
    fail("permissions: not given; list the statements that the code needs, or [] for none.");
  }
  checkStatements(args.permissions, self);
  checkQueueSources(self, args.queues ?? []);
  checkTogether(self, args);
}
