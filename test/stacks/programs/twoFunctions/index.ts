import { CallbackFunction, type CallbackOptions, StagedApi } from "../../../../components";

const common: CallbackOptions = { asynchronous: false, alarmActions: [] };

const getHelloWorld = new CallbackFunction("GetHelloWorld", {
  ...common,
  permissions: [],
  callback: async () => ({ Hello: "World" }),
});

const getHelloWithName = new CallbackFunction("GetHelloWithName", {
  ...common,
  permissions: [],
  callback: async ({ name }: { name: string }) => ({ Hello: name || "No-Name" }),
});

const broken = new CallbackFunction("Broken", {
  ...common,
  permissions: [],
  callback: async () => {
    throw new Error("broken");
  },
});

const { STAGE_FUNCTION, API_GATE } = process.env;

const api = new StagedApi("hello", {
  routes: [
    {
      method: "GET",
      path: "/",
      functionVariable: "lbfunc",
      requestParameters: { "querystring.name": false },
      responseTemplate: process.env.RESPONSE_TEMPLATE,
    },
  ],
  stages: {
    stage: { functions: { lbfunc: STAGE_FUNCTION === "broken" ? broken : getHelloWorld } },
    prod: { functions: { lbfunc: getHelloWithName } },
  },
  permissions: [],
  alarmActions: [],
  apiGate: API_GATE ? async ({ fetch }) => (await fetch("/")).status === 200 : undefined,
});

export const stageUrl = api.stageUrl;
export const prodUrl = api.prodUrl;
