import { greeting } from "../../../callbacks/demo/greeting";
import { ackFactory } from "../../../callbacks/ecs/webhookRedeployer/ack";
import { completionFactory } from "../../../callbacks/ecs/webhookRedeployer/completion";
import { workerFactory } from "../../../callbacks/ecs/webhookRedeployer/worker";
import { canaryFactory } from "../../../callbacks/api/stagedApi/canaryController";
import { dispatchFactory } from "../../../callbacks/api/stagedApi/dispatch";
import { gateFactory } from "../../../callbacks/api/stagedApi/gate";
import { releaseFactory } from "../../../callbacks/api/stagedApi/release";
import { trace } from "../../../callbacks/demo/trace";

/**
 * The inline functions of stack dev, by the names of their resources, as a program without components would pass them
 * to `aws.lambda.CallbackFunction`.
 */
export const factories = {
  trace: () => trace,
  greeting: dispatchFactory({ "GET /greeting": { callback: greeting } }),
  "greeting-gate": gateFactory({
    "greets by name": async ({ invoke }) =>
      (await invoke<{ greeting: string }>({ name: "Ada" })).greeting === "Hello, Ada!",
    "greets the world": async ({ invoke }) =>
      (await invoke<{ greeting: string }>({ name: "" })).greeting === "Hello, World!",
  }),
  "greeting-release": releaseFactory(
    {
      "answers over HTTP": async ({ fetch }) => {
        const answer = await fetch("/greeting?name=Ada");
        const body = await answer.text();
        if (answer.status !== 200 || !body.includes("Ada"))
          throw new Error(`GET /greeting?name=Ada answered ${answer.status} ${body}`);
      },
    },
    60,
  ),
  "greeting-canary": canaryFactory((_state, usual) => usual),
  "redeploy-ack": ackFactory({
    repositories: ["acme/web"],
    tags: { glob: "*" },
    debounceSeconds: 60,
    answerCallback: false,
  }),
  "redeploy-worker": workerFactory({
    families: ["demo"],
    repositories: ["acme/web"],
    tags: { glob: "*" },
    keepRevisions: undefined,
    stopTasks: false,
  }),
  "redeploy-completion": completionFactory,
};
