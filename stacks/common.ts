import type * as pulumi from "@pulumi/pulumi";
import { greeting } from "../callbacks/demo/greeting";
import { trace } from "../callbacks/demo/trace";
import {
  CallbackFunction,
  CommentsDynamoProxy,
  StagedApi,
  WebhookRedeployer,
  type WebhookRedeployerArgs,
} from "../components";
import type { Settings } from "./settings";

/** Public comments: API Gateway directly on DynamoDB. */
export function comments({
  alarmActions,
  protectData,
  logRetentionInDays,
}: Settings): CommentsDynamoProxy {
  return new CommentsDynamoProxy("comments", {
    alarmActions,
    logRetentionInDays,
    deletionProtection: protectData,
  });
}

/**
 * Greetings on two stages: an update that passes both gates moves `stage`, and `npm run promote -- greeting` moves
 * `prod` to the same release.
 */
export function greetingApi({ alarmActions, logRetentionInDays }: Settings): StagedApi {
  return new StagedApi("greeting", {
    description: "Answers GET /greeting?name=Ada.",
    routes: [
      {
        method: "GET",
        path: "/greeting",
        requestParameters: { "querystring.name": false },
        callback: greeting,
      },
    ],
    permissions: [],
    gate: {
      "greets by name": async ({ invoke }) =>
        (await invoke<{ greeting: string }>({ name: "Ada" })).greeting === "Hello, Ada!",
      "greets the world": async ({ invoke }) =>
        (await invoke<{ greeting: string }>({ name: "" })).greeting === "Hello, World!",
    },
    apiGate: {
      "answers over HTTP": async ({ fetch }) => {
        const answer = await fetch("/greeting?name=Ada");
        const body = await answer.text();
        if (answer.status !== 200 || !body.includes("Ada"))
          throw new Error(`GET /greeting?name=Ada answered ${answer.status} ${body}`);
      },
    },
    canary: true,
    alarmActions,
    logRetentionInDays,
  });
}

/** A function that returns its own event and context, to see what an event source sends. */
export function traceFunction({ alarmActions, logRetentionInDays }: Settings): CallbackFunction {
  return new CallbackFunction("trace", {
    description: "Answers the event and context it was given.",
    callback: trace,
    permissions: [],
    alarmActions,
    logRetentionInDays,
  });
}

/** A webhook for Docker Hub: a push of `acme/web` redeploys the services that run it. */
export function redeployer(
  { alarmActions, logRetentionInDays }: Settings,
  targets: Pick<WebhookRedeployerArgs, "clusters" | "families" | "passRoles" | "debounceSeconds">,
): WebhookRedeployer {
  return new WebhookRedeployer("redeploy", {
    repositories: ["acme/web"],
    ...targets,
    alarmActions,
    logRetentionInDays,
  });
}

/** The outputs of a stack, by the names that its users depend on. */
export type Outputs = Record<string, pulumi.Output<string> | undefined>;
