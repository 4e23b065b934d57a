import { canaryFactory } from "../../../callbacks/api/stagedApi/canaryController";
import { dispatchFactory } from "../../../callbacks/api/stagedApi/dispatch";
import { gateFactory } from "../../../callbacks/api/stagedApi/gate";
import { releaseFactory } from "../../../callbacks/api/stagedApi/release";
import { workerFactory as pipelineWorkerFactory } from "../../../callbacks/delivery/zipToLambdaPipeline/worker";
import { greeting } from "../../../callbacks/demo/greeting";
import { trace } from "../../../callbacks/demo/trace";
import { taskScalerFactory } from "../../../callbacks/ecs/ecsTaskScaler/taskScaler";
import { ackFactory } from "../../../callbacks/ecs/webhookRedeployer/ack";
import { completionFactory } from "../../../callbacks/ecs/webhookRedeployer/completion";
import { workerFactory } from "../../../callbacks/ecs/webhookRedeployer/worker";
import { eniHandlerFactory } from "../../../callbacks/instances/eniLifecycleHook/eniHandler";
import { keyMakerFactory } from "../../../callbacks/instances/sshCron/keyMaker";
import { reconcilerFactory } from "../../../callbacks/instances/sshCron/reconciler";
import type { SshCronSettings } from "../../../callbacks/instances/sshCron/settings";
import { sshWorkerFactory } from "../../../callbacks/instances/sshCron/ssh/sshWorker";
import { triggerFactory } from "../../../callbacks/instances/sshCron/trigger";

/** Settings of the job hello: the arguments of stacks/demo/hello.ts with SshCron's defaults. */
const HELLO: SshCronSettings = {
  name: "hello",
  metricsName: "aws-callbacks/dev/hello",
  schedule: "rate(15 minutes)",
  transport: "ssh",
  user: "ec2-user",
  address: "private",
  port: { tag: "aws-callbacks:ssh-port" },
  staticHosts: [],
  pins: {},
  trustOnFirstUse: false,
  jumpHosts: [],
  commands: ['echo "Hello, world, from $(uname -n)"'],
  environment: {},
  sudo: false,
  pty: false,
  background: false,
  successExitCodes: [0],
  connectTimeout: 5,
  readyTimeout: 20,
  commandTimeout: 300,
  timeout: 300,
  connectAttempts: 2,
  overlap: "skip",
  outputLimit: 1024 * 1024,
  recordDays: 30,
};

/**
 * The inline functions of stack dev, by the names of their resources, as a program without components would pass them
 * to `aws.lambda.CallbackFunction`.
 */
export const factories = {
  trace: () => trace,
  greeting: dispatchFactory({ "GET /greeting": { callback: greeting } }),
  "greeting-gate": gateFactory(
    {
      "greets by name": async ({ invoke }) =>
        (await invoke<{ greeting: string }>({ name: "Ada" })).greeting === "Hello, Ada!",
      "greets the world": async ({ invoke }) =>
        (await invoke<{ greeting: string }>({ name: "" })).greeting === "Hello, World!",
    },
    60,
  ),
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
    debounceSeconds: 5,
    answerCallback: false,
  }),
  "redeploy-worker": workerFactory({
    families: ["demo-web", "demo-report"],
    repositories: ["acme/web"],
    tags: { glob: "*" },
    keepRevisions: undefined,
    stopTasks: false,
  }),
  "redeploy-completion": completionFactory,
  scaler: taskScalerFactory(
    {
      min: 1,
      max: 6,
      schedules: [],
      warmup: 60,
      capacityTimeout: 600,
      mode: "scale",
      rules: [
        {
          name: "cpu",
          kind: "average",
          targets: { out: 70, in: 50 },
          out: { threshold: 70, period: 60, datapoints: 1, of: 1, cooldown: 0 },
          in: { threshold: 30, period: 60, datapoints: 10, of: 10, cooldown: 300 },
        },
      ],
      holdDuringRollout: true,
    },
    undefined,
  ),
  "apps-worker": pipelineWorkerFactory({
    pipeline: "aws-callbacks/dev/apps",
    functionPrefix: "aws-callbacks-dev-apps-",
    keepVersions: 5,
    logRetentionInDays: 7,
    tries: 5,
    maxReceiveCount: 10,
  }),
  data: eniHandlerFactory({
    name: "data",
    metricsName: "aws-callbacks/dev/data",
    hookId: "aws-callbacks/dev/data",
    hooks: {
      launching: "aws-callbacks-dev-data-launch",
      terminating: "aws-callbacks-dev-data-terminate",
    },
    heartbeatTimeout: 300,
    timeout: 240,
    loop: { onLoop: "suspend", failures: 3, minutes: 60 },
  }),
  "hello-trigger": triggerFactory(HELLO, {}),
  "hello-worker": sshWorkerFactory(HELLO, {}),
  "hello-reconciler": reconcilerFactory({ ...HELLO, enabled: true, flexibleMinutes: 0 }),
  "hello-key-maker": keyMakerFactory("hello"),
};
