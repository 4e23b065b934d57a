import { GetFunctionConfigurationCommand, UpdateAliasCommand } from "@aws-sdk/client-lambda";
import { canaryFactory } from "../../../callbacks/api/stagedApi/canaryController";
import { awsEnvironment } from "../../../localcloud/engine/session";
import type { CanaryStack } from "./canaryStack";
import { expect } from "chai";

/** UpdateAlias calls that give a version a weight. */
export class WeighCommand extends UpdateAliasCommand {
  static override [Symbol.hasInstance](command: unknown): boolean {
    if (!(command instanceof UpdateAliasCommand)) return false;
    const weights = command.input.RoutingConfig?.AdditionalVersionWeights ?? {};
    return Object.keys(weights).length > 0;
  }
}

/** Replaces a call of a command that is killed before it. */
export function die(): Promise<never> {
  return Promise.reject(new Error("killed"));
}

/** Does something right before the first call of this kind during some work. */
export async function rightBefore(
  prototype: { send: unknown },
  kind: abstract new (...args: never[]) => object,
  action: () => Promise<void>,
  work: () => Promise<void>,
): Promise<void> {
  const send = prototype.send as (this: unknown, command: object) => Promise<unknown>;
  let isDone = false;
  prototype.send = async function (this: unknown, command: object) {
    if (command instanceof kind && !isDone) {
      isDone = true;
      await action();
    }
    return send.call(this, command);
  };
  try {
    await work();
  } finally {
    prototype.send = send;
  }
  expect(isDone).to.equal(true);
}

/** Runs the deployed controller in this process, with its own settings and all permissions. */
export async function runController(canary: CanaryStack): Promise<void> {
  const FunctionName = canary.stack.output("Function::greeting-canary", "name");
  const { Environment } = await canary.clients.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName }),
  );
  const own = { ...Environment?.Variables, AWS_LAMBDA_FUNCTION_NAME: FunctionName };
  const settings = { ...awsEnvironment(canary.stack.cloud), ...own };
  const before = Object.keys(settings).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, settings);
  try {
    await canaryFactory((_state, usual) => usual)()();
  } finally {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  }
}
