// In a project of your own: from "aws-callbacks".
import { CallbackFunction, StagedApi } from "../../components";
import { greetingFor } from "./greeting";

const greeting = new StagedApi("greeting", {
  routes: [
    {
      method: "GET",
      path: "/greeting",
      requestParameters: { "querystring.name": false },
      requestTemplate: `{"name": "$util.escapeJavaScript($input.params('name')).replaceAll("\\\\'", "'")"}`,
      callback: async ({ name }: { name: string }) => ({ greeting: greetingFor(name) }),
    },
  ],
  permissions: [],
  // The second level: checks the new version before anything points at it.
  gate: {
    "greets by name": async ({ invoke }) => {
      const { greeting } = await invoke<{ greeting: string }>({ name: "Ada" });
      if (greeting !== "Hello, Ada!") throw new Error(`expected "Hello, Ada!", got "${greeting}"`);
    },
  },
  // The third level: checks the API, with its templates, over HTTP.
  apiGate: {
    "greets over HTTP": async ({ fetch }) => {
      const answer = await fetch("/greeting?name=Grace%20Hopper");
      const text = await answer.text();
      if (!text.includes("Hello, Grace Hopper!")) throw new Error(`got ${answer.status} ${text}`);
    },
  },
  alarmActions: [],
});

// One method, with a separate function for each stage.
const getHelloWorld = new CallbackFunction("get-hello-world", {
  callback: async () => ({ Hello: "World" }),
  permissions: [],
  asynchronous: false,
  alarmActions: [],
});
const getHelloWithName = new CallbackFunction("get-hello-with-name", {
  callback: async ({ name }: { name: string }) => ({ Hello: name || "No-Name" }),
  permissions: [],
  asynchronous: false,
  alarmActions: [],
});
const hello = new StagedApi("hello", {
  routes: [
    {
      method: "GET",
      path: "/",
      functionVariable: "lbfunc",
      requestParameters: { "querystring.name": false },
    },
  ],
  stages: {
    stage: { functions: { lbfunc: getHelloWorld } },
    prod: { functions: { lbfunc: getHelloWithName } },
  },
  permissions: [],
  alarmActions: [],
});

export const greetingStageUrl = greeting.stageUrl;
export const greetingProdUrl = greeting.prodUrl;
export const greetingFunctionName = greeting.functionName;
export const helloStageUrl = hello.stageUrl;
export const helloProdUrl = hello.prodUrl;
