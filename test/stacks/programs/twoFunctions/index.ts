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
    stage: { functions: { lbfunc: getHelloWorld } },
    prod: { functions: { lbfunc: getHelloWithName } },
  },
  permissions: [],
  alarmActions: [],
});

export const stageUrl = api.stageUrl;
export const prodUrl = api.prodUrl;
