import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import * as fc from "fast-check";
import type { DynamoProxyArgs } from "../../../../components/api/dynamoProxy/args";
import { routeTemplates } from "../../../../components/api/dynamoProxy/templates";
import { startCloud, type Cloud } from "../../../../localcloud/cloud/cloud";
import { rootAccess } from "../../../../localcloud/testing";
import { renderTemplate, type TemplateScope } from "../../../../localcloud/vtl";

const args: DynamoProxyArgs = {
  attributes: {
    game: { type: "string" },
    score: { type: "number" },
  },
  hashKey: "game",
  rangeKey: "score",
  routes: [{ operation: "query", path: "/scores/{game}", list: "scores" }],
};
const query = routeTemplates(args, "scores", args.routes[0]);

const SCORES = ["-1e+40", "-0.5", "0", "0.5", "1.5", "2.5", "3.5", "4.5", "5.5", "6.5", "1e+40"];
/** Limits of DynamoDB's numbers. */
const EXTREMES = ["-9.9e+125", "1e-130", "9.9999999999999999999999999999999999999e+125"];

function scope(given: Partial<TemplateScope>): TemplateScope {
  const params = { path: { game: "chess" }, querystring: {}, header: {} };
  return { body: "", params, context: {}, stageVariables: {}, ...given };
}

/** Returns the request of API Gateway to DynamoDB for a page. */
function requestOf(limit: string, nextToken: string | undefined): QueryCommandInput {
  const querystring = { limit, ...(nextToken === undefined ? {} : { nextToken }) };
  const params = { path: { game: "chess" }, querystring, header: {} };
  return JSON.parse(renderTemplate(query.request, scope({ params })).text) as QueryCommandInput;
}

function tokenIn(answer: object): string | undefined {
  const { text } = renderTemplate(query.response, scope({ body: JSON.stringify(answer) }));
  return (JSON.parse(text) as { nextToken?: string }).nextToken;
}

describe("pages of a DynamoProxy whose range key is a number", () => {
  let cloud: Cloud;
  let dynamodb: DynamoDBClient;
  before(async () => {
    cloud = await startCloud({ clock: "manual" });
    dynamodb = new DynamoDBClient(rootAccess(cloud));
    await dynamodb.send(
      new CreateTableCommand({
        TableName: "scores",
        AttributeDefinitions: [
          { AttributeName: "game", AttributeType: "S" },
          { AttributeName: "score", AttributeType: "N" },
        ],
        KeySchema: [
          { AttributeName: "game", KeyType: "HASH" },
          { AttributeName: "score", KeyType: "RANGE" },
        ],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    await cloud.clock.advance(60_000);
    for (const N of [...SCORES, ...EXTREMES])
      await dynamodb.send(
        new PutItemCommand({ TableName: "scores", Item: { game: { S: "chess" }, score: { N } } }),
      );
  });
  after(async () => {
    dynamodb.destroy();
    await cloud.close();
  });

  for (const size of [1, 2, 5])
    it(`accept every token that they return, ${size} at a time`, async () => {
      const seen: (string | undefined)[] = [];
      let token: string | undefined;
      do {
        const answer = await dynamodb.send(new QueryCommand(requestOf(String(size), token)));
        seen.push(...(answer.Items ?? []).map(({ score }) => score.N));
        token = tokenIn(answer);
      } while (token !== undefined);
      expect(seen).to.have.length(SCORES.length + EXTREMES.length);
      expect(new Set(seen).size).to.equal(seen.length);
    });

  it("accept a numeric key as DynamoDB writes it, with a fraction or an exponent", () => {
    const digits = fc.stringMatching(/^[0-9]{1,38}$/);
    const number = fc
      .tuple(fc.constantFrom("", "-"), digits, fc.constantFrom("", ".", "E+", "E-"), digits)
      .map(([sign, whole, mark, rest]) => {
        const end = mark.startsWith("E") ? rest.slice(0, 2) : rest;
        return sign + whole + (mark === "" ? "" : mark + end);
      });
    fc.assert(
      fc.property(number, (N) => {
        const token = tokenIn({ Items: [], LastEvaluatedKey: { game: { S: "x" }, score: { N } } });
        const request = requestOf("5", token);
        expect(request.Limit).to.equal(5);
        expect(request.ExclusiveStartKey).to.deep.equal({ game: { S: "chess" }, score: { N } });
      }),
    );
  });

  for (const text of ["1,5", "1.", ".5", "--1", "1e", "0x1", "1 ", "NaN", '1"}, "x": {"S": "'])
    it(`refuse a token of '${text}', which is not a number`, () => {
      const request = requestOf("5", Buffer.from(text).toString("base64url"));
      expect(request.ExclusiveStartKey).to.equal(undefined);
      expect(request.Limit).to.equal(0);
    });
});
