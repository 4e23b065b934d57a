import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { StagedApi, type StagedApiArgs } from "../../../../components";
import { mockPulumi } from "../../../support/graph/pulumiMocks";
import { args, lb, route } from "./args";

const refused: { change: object; says: string[] }[] = [
  { change: { routes: [] }, says: ["routes: given []", "at least one"] },
  { change: { rotes: [] }, says: ["rotes", "allowed names are routes"] },
  { change: { routes: [{ ...route, methd: "GET" }] }, says: ["routes[0].methd"] },
  { change: { routes: [{ ...route, method: "get" }] }, says: ["routes[0].method", '"get"', "GET"] },
  { change: { routes: [{ ...route, path: "greeting" }] }, says: ["routes[0].path", "/greeting/"] },
  { change: { routes: [{ ...route, path: "/{a}/{a}" }] }, says: ["routes[0].path", "twice"] },
  {
    change: {
      routes: [
        { ...route, path: "/x/{a}" },
        { ...route, path: "/x/{b}/y" },
      ],
    },
    says: [
      "routes[1].path",
      "/x has the parameter {a} in the place of {b}",
      "the same name in all",
    ],
  },
  {
    change: { routes: [{ ...route, path: "/{rest+}/y" }] },
    says: ["routes[0].path", "{rest+} takes the rest of the path"],
  },
  { change: { routes: [route, route] }, says: ["routes", "GET /greeting", "once"] },
  {
    change: { routes: [{ method: "GET", path: "/a" }] },
    says: ["routes[0]: given no code", "callback, callbackFactory and functionVariable"],
  },
  {
    change: { routes: [{ ...route, functionVariable: "x" }] },
    says: ["routes[0]: given callback and functionVariable"],
  },
  {
    change: { routes: [{ ...route, callback: "x" }] },
    says: ["routes[0].callback: given string"],
  },
  {
    change: { routes: [{ ...route, callback: (_a: never, _b: never, _c: never) => undefined }] },
    says: ["third parameter"],
  },
  {
    change: { routes: [{ ...route, requestParameters: { name: true } }] },
    says: ["routes[0].requestParameters", '"querystring.name"'],
  },
  {
    change: { routes: [{ ...route, requestTemplate: '{"a": "$stageVariables.colour"}' }] },
    says: ["routes[0].requestTemplate", "${stageVariables.colour}", "stage 'stage'"],
  },
  {
    change: {
      routes: [{ ...route, responseTemplate: "${stageVariables.colour}" }],
      stages: { stage: { variables: { colour: "red" } } },
    },
    says: ["routes[0].responseTemplate", "stage 'prod'", "stages.prod.variables"],
  },
  { change: { routes: [lb] }, says: ["routes[0].functionVariable", "'stage'", "500"] },
  {
    change: {
      routes: [lb],
      stages: { stage: { variables: { lbfunc: "GetHello" } } },
    },
    says: ["no permission for that function", "stages.stage.functions"],
  },
  {
    change: {
      routes: [lb],
      stages: { stage: { functions: { lbfunc: {} }, variables: { lbfunc: "GetHello" } } },
    },
    says: ["stages.stage.variables", "stages.stage.functions has it too"],
  },
  { change: { stages: { dev: {} } }, says: ["stages.dev", "stage, prod"] },
  {
    change: { stages: { prod: { variables: { LambdaAlias: "STAGE" } } } },
    says: ["stages.prod", "the component's own"],
  },
  {
    change: { stages: { prod: { variables: { a: "b c" } } } },
    says: ["stages.prod.variables.a", "1 to 512"],
  },
  {
    change: { stages: { prod: { throttling: { rateLimit: 0 } } } },
    says: ["stages.prod.throttling.rateLimit: given 0"],
  },
  { change: { permissions: undefined }, says: ["permissions: given nothing"] },
  { change: { publish: false }, says: ["publish: given false", "aliases need versions"] },
  { change: { keepVersions: 5 }, says: ["keepVersions: given 5", "from 6 to 100"] },
  { change: { gateTimeout: 900 }, says: ["gateTimeout: given 900", "from 1 to 870"] },
  { change: { canary: "yes" }, says: ["canary: given", "{ alarms, decide }"] },
  { change: { canary: { alarm: [] } }, says: ["canary.alarm", "alarms, decide"] },
  { change: { canary: { alarms: "errors" } }, says: ["canary.alarms", "at most 10"] },
  {
    change: { canary: { alarms: new Array(11).fill("a") } },
    says: ["canary.alarms", "at most 10"],
  },
  { change: { canary: { alarms: ["errors-*"] } }, says: ["canary.alarms[0]", "one alarm"] },
  {
    change: { canary: { alarms: ["arn:aws:sns:eu-central-1:123456789012:topic"] } },
    says: ["canary.alarms[0]", "ARN of one alarm"],
  },
  { change: { canary: { decide: "never" } }, says: ["canary.decide: given string"] },
  { change: { gate: "x" }, says: ["gate", "string", "give a function"] },
  { change: { apiGate: { works: true } }, says: ["apiGate.works: given boolean"] },
  { change: { authorization: { type: "NONE", reason: "" } }, says: ["authorization.reason"] },
  { change: { authorization: { type: "JWT" } }, says: ["authorization.type", "COGNITO"] },
  { change: { authorization: { type: "CUSTOM" } }, says: ["authorization: given no authorizer"] },
  {
    change: { authorization: { type: "CUSTOM", authorizer: "a1" } },
    says: ["authorization.authorizer: given string"],
  },
  {
    change: { authorization: { type: "CUSTOM", authorizer: () => "a1" } },
    says: ["authorization.authorizer", "return the aws.apigateway.Authorizer"],
  },
  { change: { cors: { allowOrigin: "x" } }, says: ["cors.allowOrigin"] },
];

describe("StagedApi", () => {
  beforeEach(() => {
    mockPulumi();
  });

  for (const { change, says } of refused)
    it(`refuses ${says[0]}${says[1] ? `, saying ${says[1]}` : ""}`, () => {
      const build = (): StagedApi =>
        new StagedApi("greeting", { ...args, ...change } as StagedApiArgs);
      expect(build).to.throw(pulumi.ResourceError);
      for (const text of says) expect(build).to.throw(text);
    });

  it("refuses a name that is too long for its functions' names", () => {
    expect(() => new StagedApi("g".repeat(44), args)).to.throw("at most 43");
  });
});
