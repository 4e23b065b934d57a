import type * as pulumi from "@pulumi/pulumi";
import { StagedApi, type StagedRoute } from "../../../../components";

/** Variables that a test changes between two deployments. */
const { WORD = "Hello", TEMPLATE, EXTRA_ROUTE, GATE, API_GATE, GATE_TIMEOUT, FAIL } = process.env;
const { PARAMETER = "id" } = process.env;
/** The step at which the program is killed. */
const { KILLED_AT } = process.env;
/** A stage variable of `stage`, and another name for it. */
const { TONE, TONE_NAME = "tone" } = process.env;
const toned = (tone: string): { variables?: Record<string, string> } =>
  TONE === undefined ? {} : { variables: { [TONE_NAME]: tone } };
/** URL of the server that decides when the gate ends. */
const gatekeeper = process.env.GATEKEEPER ?? "";
const word = WORD;
const fails = FAIL === "true";
const hoards = FAIL === "memory";

const greet: StagedRoute = {
  method: "GET",
  path: "/greeting",
  requestParameters: { "querystring.name": false },
  requestTemplate: TEMPLATE,
  callback: async ({ name, politely }: { name: string; politely?: boolean }, { stage }) => {
    if (fails) throw new Error("the callback is broken");
    for (const kept: unknown[] = []; hoards;) kept.push(new Array(1_000_000).fill(0));
    if (name === "nobody") throw new Error('[404] There is no "nobody"');
    if (name === "silent") throw new Error("");
    return { message: `${word}, ${politely ? "dear " : ""}${name}!`, stage };
  },
};

const echo: StagedRoute = {
  method: "POST",
  path: `/echo/{${PARAMETER}}`,
  requestModel: { type: "object", required: ["text"], properties: { text: { type: "string" } } },
  callbackFactory: () => {
    let calls = 0;
    return async (event: { id: string; body: unknown }, { route, stage }) => {
      calls += 1;
      return { ...event, route, stage, calls };
    };
  },
};

/** Checks that would end the function, or never let it end. */
const endings = {
  hoards: {
    "keeps everything": async () => {
      for (const kept: unknown[] = []; ;) kept.push(new Array(1_000_000).fill(0));
    },
  },
  buffers: {
    "is fine": async () => true,
    "reads it all": async () => {
      for (const kept: unknown[] = []; ; await null) kept.push(Buffer.alloc(1_000_000, 1));
    },
  },
  spins: {
    "is fine": async () => true,
    "never pauses": async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      for (;;);
    },
  },
  exits: { leaves: () => new Promise(() => setTimeout(() => process.exit(3), 10)) },
  rejects: {
    "forgets a promise": async () => {
      void Promise.reject(new Error("nobody waits for it"));
      await new Promise((resolve) => setTimeout(resolve, 1000));
    },
  },
};

const gates = {
  passes: {
    greets: async ({ invoke }: Tools) => {
      const { message } = await invoke<{ message: string }>({ name: "Ada" });
      if (!message.includes("Ada")) throw new Error(`no name in '${message}'`);
    },
    true: async () => true,
  },
  throws: {
    greets: async () => undefined,
    "greets in English": async ({ invoke }: Tools) => {
      const { message } = await invoke<{ message: string }>({ name: "Ada" });
      throw new Error(`expected Howdy, got ${message}`);
    },
  },
  false: async () => false,
  hangs: { "never ends": () => new Promise<void>(() => undefined) },
  slow: { "takes a second": () => new Promise((resolve) => setTimeout(resolve, 1000)) },
  dies: { "kills its process": async () => process.kill(process.pid, "SIGKILL") },
  ...endings,
  breaks: { "calls it": ({ invoke }: Tools) => invoke({ name: "Ada" }).then(() => undefined) },
};

const apiGates = {
  passes: async ({ fetch }: ApiTools) => {
    const answer = await fetch("/greeting?name=Ada");
    return answer.status === 200 && ((await answer.json()) as { stage: string }).stage === "stage";
  },
  fails: {
    "answers 201": async ({ fetch }: ApiTools) => {
      const { status } = await fetch("/greeting?name=Ada");
      throw new Error(`expected 201, got ${status}`);
    },
  },
  throws: async () => {
    throw new Error("expected more");
  },
  false: async () => false,
  hangs: { "never ends": () => new Promise<void>(() => undefined) },
  slow: { "takes a second": () => new Promise((resolve) => setTimeout(resolve, 1000)) },
  dies: { "kills its process": async () => process.kill(process.pid, "SIGKILL") },
  ...endings,
  soft: {
    "is not loud": async ({ fetch }: ApiTools) => {
      const text = await (await fetch("/greeting")).text();
      if (text.includes("loud")) throw new Error(text);
    },
  },
  asks: {
    "asks its keeper": async () => {
      const answer = await fetch(gatekeeper);
      if (!answer.ok) throw new Error(await answer.text());
    },
  },
};

interface Tools {
  invoke<Answer>(event: unknown, route?: string): Promise<Answer>;
}
interface ApiTools {
  fetch(path: string): Promise<Response>;
}

const api = new StagedApi("greeting", {
  routes: EXTRA_ROUTE ? [greet, echo] : [greet],
  permissions: [],
  alarmActions: [],
  keepVersions: 6,
  canary: process.env.CANARY === "true",
  gate: gates[GATE as keyof typeof gates],
  apiGate: apiGates[API_GATE as keyof typeof apiGates],
  gateTimeout: GATE_TIMEOUT ? Number(GATE_TIMEOUT) : undefined,
  stages: {
    stage: { throttling: { rateLimit: 10_000, burstLimit: 5_000 }, ...toned(TONE ?? "") },
    prod: { throttling: { rateLimit: 10_000, burstLimit: 5_000 }, ...toned("plain") },
  },
});

export const stageUrl = api.stageUrl;
export const prodUrl = api.prodUrl;
export const functionName = api.functionName;
export const restApiId = api.restApi.id;

const marks: Record<string, pulumi.Output<unknown> | undefined> = {
  "version published": api.function?.version,
  "stage moved": api.stages.stage.id,
};
marks[KILLED_AT ?? ""]?.apply(() => process.kill(process.pid, "SIGKILL"));
