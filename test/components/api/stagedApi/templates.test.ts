import { expect } from "chai";
import * as fc from "fast-check";
import type { StagedRoute } from "../../../../components/api/stagedApi/args";
import {
  errorTemplate,
  requestTemplateOf,
  responseTemplateOf,
} from "../../../../components/api/stagedApi/templates";
import { render, renderAll } from "../../../../localcloud/test/vtl/render";
import { hostileText } from "../../../support/hostileText";
import { runs } from "../../../../localcloud/test/support/runs";

const callback = async (): Promise<void> => undefined;
const route = (rest: Partial<StagedRoute>): StagedRoute => ({
  method: "GET",
  path: "/greeting",
  callback,
  ...rest,
});

const context = { stage: "prod" };

describe("the request template of a route", () => {
  it("sends the parameters by name, with the route and the stage around them", () => {
    const template = requestTemplateOf(
      route({
        path: "/greeting/{language}",
        requestParameters: { "querystring.name": true, "header.X-Mood": false },
      }),
    );
    const params = { path: { language: "en" }, querystring: { name: "Ada" } };
    expect(JSON.parse(render(template, { params, context }))).to.deep.equal({
      callbackRoute: "GET /greeting/{language}",
      callbackStage: "prod",
      callbackEvent: { language: "en", name: "Ada", "X-Mood": "" },
    });
  });

  it("sends the body of a method that has one", () => {
    const template = requestTemplateOf(route({ method: "POST", path: "/" }));
    expect(JSON.parse(render(template, { body: '{"a": [1, "\\""]}', context }))).to.deep.equal({
      callbackRoute: "POST /",
      callbackStage: "prod",
      callbackEvent: { body: { a: [1, '"'] } },
    });
  });

  it("sends the result of the route's own template, including directives", () => {
    const requestTemplate = `#set($name = $input.params('name'))\n{"who": "$name"}`;
    const template = requestTemplateOf(route({ requestTemplate }));
    const params = { querystring: { name: "Ada" } };
    expect(JSON.parse(render(template, { params, context })).callbackEvent).to.deep.equal({
      who: "Ada",
    });
  });

  it("leaves the template alone when the function is named by a stage", () => {
    const requestTemplate = `{"name": "x"}`;
    const foreign = route({ callback: undefined, functionVariable: "lbfunc", requestTemplate });
    expect(requestTemplateOf(foreign)).to.equal(requestTemplate);
  });

  it("keeps every parameter inside its string", () => {
    const template = requestTemplateOf(route({ requestParameters: { "querystring.name": false } }));
    fc.assert(
      fc.property(hostileText(12), (name) => {
        const text = render(template, { params: { querystring: { name } }, context });
        expect(JSON.parse(text).callbackEvent).to.deep.equal({ name });
      }),
      { numRuns: runs(500, 50_000) },
    );
  });
});

describe("the response template of a route", () => {
  const foreign = route({ callback: undefined, functionVariable: "lbfunc" });
  const answer = (template: string | undefined, body: unknown): [unknown, unknown] => {
    const { text, responseOverride } = renderAll(template ?? "", { body: JSON.stringify(body) });
    return [responseOverride.status, JSON.parse(text)];
  };

  it("is the route's own, or none, when a callback of the API answers", () => {
    expect(responseTemplateOf(route({}))).to.equal(undefined);
    expect(responseTemplateOf(route({ responseTemplate: "{}" }))).to.equal("{}");
  });

  it("hides a failure without a message, which API Gateway does not treat as an error", () => {
    const failure = { errorType: "Error", errorMessage: "", trace: ["Error: ", "at secret.js:1"] };
    for (const responseTemplate of [undefined, `{"body": $input.json('$')}`])
      expect(answer(responseTemplateOf({ ...foreign, responseTemplate }), failure)).to.deep.equal([
        500,
        { message: "Internal server error" },
      ]);
  });

  it("passes every other answer on, through the route's own template if there is one", () => {
    const answers = [
      { Hello: "World" },
      ...[{ errorType: "" }, { errorMessage: "" }, { errorType: "x", message: "" }],
      ...[[1, { a: "b" }], [], {}, "text", 7, true, null],
    ];
    for (const body of answers) {
      expect(answer(responseTemplateOf(foreign), body)).to.deep.equal([undefined, body]);
      const wrapped = { ...foreign, responseTemplate: `{"body": $input.json('$')} ## all of it` };
      expect(answer(responseTemplateOf(wrapped), body)).to.deep.equal([undefined, { body }]);
    }
  });
});

describe("the error template", () => {
  const answer = (errorMessage: string): { status: unknown; body: { message: string } } => {
    const body = JSON.stringify({ errorMessage, errorType: "Error", trace: ["secret"] });
    const { text, responseOverride } = renderAll(errorTemplate(), { body });
    return { status: responseOverride.status, body: JSON.parse(text) as { message: string } };
  };

  it("hides an error that chose no status", () => {
    for (const message of ["password=1", "[500] x", "[200] x", "404", "[4040] x", " [404] x"])
      expect(answer(message), message).to.deep.equal({
        status: undefined,
        body: { message: "Internal server error" },
      });
  });

  it("returns the text after a status that the callback chose", () => {
    expect(answer("[404] No such greeting")).to.deep.equal({
      status: 404,
      body: { message: "No such greeting" },
    });
    expect(answer("[409]")).to.deep.equal({ status: 409, body: { message: "" } });
  });

  it("keeps any text one JSON string", () => {
    fc.assert(
      fc.property(hostileText(12), (text) => {
        const { message } = answer(`[422] ${text}`).body;
        // Java trims characters up to the space, JavaScript all white space.
        expect(message.trim()).to.equal(text.replace(/^[\0- ]+|[\0- ]+$/g, "").trim());
      }),
      { numRuns: runs(300, 20_000) },
    );
  });
});
