import * as aws from "@pulumi/aws";
import { CallbackFunction, StagedApi, type StagedRoute } from "../../../../components";

/** Variables that a test changes between two deployments. */
const { WORD = "Hello", GRANTS = "old", KEY = "id", CALLBACK = "true" } = process.env;
const word = WORD;

const tables = Object.fromEntries(
  ["old", "new"].map((name) => {
    // Another key needs another table: the table is replaced.
    const hashKey = name === "new" ? KEY : "id";
    const attributes = [{ name: hashKey, type: "S" }];
    return [
      name,
      new aws.dynamodb.Table(name, { hashKey, attributes, billingMode: "PAY_PER_REQUEST" }),
    ];
  }),
);

const fixed = new CallbackFunction("fixed", {
  asynchronous: false,
  alarmActions: [],
  permissions: [],
  callback: async () => ({ message: "fixed" }),
});

const greet: StagedRoute = {
  method: "GET",
  path: "/greeting",
  callback: async () => ({ message: `${word}, Ada!` }),
};

new StagedApi("greeting", {
  routes: [
    { method: "GET", path: "/fixed", functionVariable: "fixed" },
    ...(CALLBACK === "true" ? [greet] : []),
  ],
  permissions: GRANTS.split(" ").map((name) => ({
    actions: ["dynamodb:GetItem"],
    resources: [tables[name].arn],
  })),
  alarmActions: [],
  stages: { stage: { functions: { fixed } }, prod: { functions: { fixed } } },
});
