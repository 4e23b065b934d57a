import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { proxyArgs } from "../../../components/api/dynamoProxy/commentsDynamoProxy";
import { routeTemplates } from "../../../components/api/dynamoProxy/templates";
import {
  errorTemplate,
  requestTemplateOf,
  responseTemplateOf,
} from "../../../components/api/stagedApi/templates";
import type { StagedRoute } from "../../../components/api/stagedApi/args";
import { dynamoErrorTemplate } from "../../../components/api/vtl";
import type { NullReference } from "../../../localcloud/vtl";
import { renderAll } from "../../../localcloud/test/vtl/render";

const comments = proxyArgs({});
const callback = async (): Promise<void> => undefined;
const greeting: StagedRoute = {
  method: "POST",
  path: "/greeting/{language}",
  requestParameters: { "querystring.name": false },
  callback,
};
const foreign: StagedRoute = { ...greeting, callback: undefined, functionVariable: "function" };

/**
 * Returns every template of the stacks, which use all components of the package, by resource: so the templates of new
 * components are included.
 */
function stackTemplates(): Readonly<Record<string, string>> {
  const texts = new Map<string, string>();
  for (const stack of ["dev", "prod"]) {
    const file = path.join(__dirname, `../../stacks/golden/${stack}.json`);
    const golden = JSON.parse(readFileSync(file, "utf8")) as Record<string, object>;
    for (const [urn, props] of Object.entries(golden))
      for (const kind of ["requestTemplates", "responseTemplates"]) {
        const templates = (Reflect.get(props, kind) ?? {}) as Record<string, string>;
        for (const text of Object.values(templates))
          if (!texts.has(text)) texts.set(text, `${kind} of ${urn.split("::").at(-1)}`);
      }
  }
  return Object.fromEntries([...texts].map(([text, name]) => [name, text]));
}

/** Every template that the package passes to API Gateway, by component and part. */
const TEMPLATES: Readonly<Record<string, string | undefined>> = {
  ...stackTemplates(),
  ...Object.fromEntries(
    comments.routes.flatMap((route) => {
      const { request, response } = routeTemplates(comments, "Comments", route);
      const name = `${route.operation} ${route.path}`;
      return [
        [`DynamoProxy request ${name}`, request],
        [`DynamoProxy response ${name}`, response],
      ];
    }),
  ),
  "DynamoProxy get request": keyed("get").request,
  "DynamoProxy get response": keyed("get").response,
  "DynamoProxy delete request": keyed("delete").request,
  "DynamoProxy error": dynamoErrorTemplate(),
  "StagedApi request": requestTemplateOf(greeting),
  "StagedApi request of another's function": requestTemplateOf(foreign),
  "StagedApi response of another's function": responseTemplateOf(foreign),
  "StagedApi error": errorTemplate(),
};

function keyed(operation: "get" | "delete") {
  return routeTemplates(comments, "Comments", { operation, path: "/comments/{pageId}" });
}

/** Payloads with everything, with nothing, and with unexpected values. */
const BODIES = [
  "",
  "{}",
  "[]",
  '"text"',
  "null",
  '{"Items":[]}',
  JSON.stringify({ Items: [{}], LastEvaluatedKey: lastKey() }),
  '{"Item":{"pageId":{"S":"a"},"message":{"S":"b"}}}',
  '{"Item":null}',
  '{"pageId":"a","userName":"b","message":"c"}',
  '{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException"}',
  '{"errorMessage":"[404] No such greeting"}',
  '{"errorMessage":"","errorType":"Error"}',
  '{"errorMessage":null,"errorType":"Error"}',
  '{"errorMessage":{"a":1}}',
  '{"errorType":"Error"}',
  '{"greeting":"Hello"}',
];

/** Returns a key with every attribute that DynamoDB includes in the key of a page. */
function lastKey(): object {
  const { hashKey, rangeKey, indexes = {} } = comments;
  const names = [hashKey, rangeKey, ...Object.values(indexes).map((index) => index.rangeKey)];
  return Object.fromEntries(names.map((name) => [String(name), { S: "a", N: "1" }]));
}

const QUERIES: readonly Record<string, string>[] = [
  {},
  { limit: "5", nextToken: "YQ" },
  { limit: "x", nextToken: "!" },
];

function outcome(
  template: string,
  body: string,
  querystring: Record<string, string>,
  nullReference: NullReference,
) {
  const error = { messageString: '"Missing"' };
  const context = { stage: "prod", extendedRequestId: "id=", requestTimeEpoch: 1, error };
  const params = { path: { pageId: "a", language: "en" }, querystring };
  try {
    return renderAll(template, { body, params, context, nullReference });
  } catch (error) {
    return String(error);
  }
}

describe("the mapping templates of the package", () => {
  for (const [name, template] of Object.entries(TEMPLATES))
    it(`render the same text for both truth values of a null reference: ${name}`, () => {
      for (const body of BODIES)
        for (const query of QUERIES) {
          const ofAws = outcome(template ?? "", body, query, "empty text");
          expect(ofAws, body).to.deep.equal(outcome(template ?? "", body, query, "null"));
        }
    });

  it("are found in the stacks: those of DynamoProxy, StagedApi and the gateway's own answers", () => {
    const names = Object.keys(stackTemplates());
    for (const name of ["comments-post-comments", "greeting-get-greeting", "comments-default-4xx"])
      expect(names.some((one) => one.endsWith(name))).to.equal(true, name);
    expect(names.length).to.be.at.least(10);
  });

  it("never answer a failure with 200", () => {
    const template = TEMPLATES["StagedApi response of another's function"] ?? "";
    const status = (body: string) => {
      const result = outcome(template, body, {}, "empty text");
      return typeof result === "string" ? result : result.responseOverride.status;
    };
    expect(status('{"greeting":"Hello"}')).to.equal(undefined);
    expect(status('{"errorMessage":"","errorType":"Error"}')).to.equal(500);
  });
});
