import { expect } from "chai";
import * as fc from "fast-check";
import { proxyArgs } from "../../../../components/api/dynamoProxy/commentsDynamoProxy";
import type { PutRoute } from "../../../../components/api/dynamoProxy/args";
import { routeTemplates } from "../../../../components/api/dynamoProxy/templates";
import { requestModel } from "../../../../components/api/dynamoProxy/itemSchema";
import { dynamoErrorTemplate } from "../../../../components/api/vtl";
import { compileModels } from "../../../../localcloud/services/api-gateway/model/models";
import { renderTemplate, type TemplateScope } from "../../../../localcloud/vtl";
import { hostileText, isWellFormed } from "../../../support/hostileText";
import { runs } from "../../../../localcloud/test/support/runs";

const args = proxyArgs({});
const [post, get] = args.routes;
const put = routeTemplates(args, "Comments", post);
const query = routeTemplates(args, "Comments", get);
const schema = JSON.stringify(requestModel("comment", args.attributes, (post as PutRoute).body));
const models = compileModels("api", { comment: { contentType: "application/json", schema } });
const isValid = (value: unknown): boolean => models.errors("comment", value).length === 0;

function scope(given: Partial<TemplateScope>): TemplateScope {
  return {
    body: "",
    params: { path: {}, querystring: {}, header: {} },
    context: { extendedRequestId: "AbC=", requestTimeEpoch: 1795221592061 },
    stageVariables: {},
    ...given,
  };
}

describe("the mapping templates of comments", () => {
  it("pass every comment into PutItem unchanged, or the model refuses it", function () {
    this.timeout(120_000);
    let accepted = 0;
    const comment = fc.record({
      pageId: hostileText(4),
      userName: hostileText(4),
      message: hostileText(),
    });
    fc.assert(
      fc.property(comment, (sent) => {
        const body = JSON.stringify(sent);
        const texts = Object.values(sent);
        const fits = texts.every((text) => text !== "" && isWellFormed(text));
        expect(isValid(JSON.parse(body)), body).to.equal(fits);
        if (!fits) return;
        accepted += 1;
        expect(JSON.parse(renderTemplate(put.request, scope({ body })).text)).to.deep.equal({
          TableName: "Comments",
          Item: {
            commentId: { S: "AbC=" },
            createdAt: { N: "1795221592061" },
            pageId: { S: sent.pageId },
            userName: { S: sent.userName },
            message: { S: sent.message },
          },
          ConditionExpression: "attribute_not_exists(#key)",
          ExpressionAttributeNames: { "#key": "commentId" },
        });
      }),
      { numRuns: runs(100_000, 5_000_000) },
    );
    expect(accepted).to.be.greaterThan(runs(100_000, 5_000_000) / 5);
  });

  it("pass every stored comment out of Query unchanged", function () {
    this.timeout(120_000);
    const item = fc.record({
      commentId: hostileText(3),
      userName: hostileText(4),
      message: hostileText(),
      createdAt: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 3 }), (items) => {
        const stored = items.map(({ createdAt, ...texts }) => ({
          ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { S: text }])),
          createdAt: { N: String(createdAt) },
        }));
        const body = JSON.stringify({
          Count: items.length,
          Items: stored,
          ScannedCount: items.length,
        });
        expect(JSON.parse(renderTemplate(query.response, scope({ body })).text)).to.deep.equal({
          comments: items,
        });
      }),
      { numRuns: runs(100_000, 2_000_000) },
    );
  });

  it("read the page from the path, whatever the query string contains", () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), hostileText(3), (pageId, nextToken, limit) => {
        const params = {
          path: { pageId },
          querystring: { nextToken, limit, pageId: "other" },
          header: {},
        };
        const sent = JSON.parse(renderTemplate(query.request, scope({ params })).text) as Record<
          string,
          unknown
        >;
        expect(sent.TableName).to.equal("Comments");
        expect(sent.IndexName).to.equal("pageId-index");
        expect(sent.ExpressionAttributeValues).to.deep.equal({ ":partition": { S: pageId } });
        expect(Object.keys(sent)).to.not.include("ExclusiveStartKey");
        const wellFormed =
          nextToken === "" && (limit === "" || /^([1-9]\d{0,2}|1000)$/.test(limit));
        expect(sent.Limit === 0).to.equal(!wellFormed);
      }),
      { numRuns: runs(10_000, 500_000) },
    );
  });

  it("read a cursor back as it was returned, with the page of the path", () => {
    const key = fc.record({
      commentId: hostileText(6).filter(isWellFormed),
      createdAt: fc.nat(),
      pageId: hostileText(4),
    });
    fc.assert(
      fc.property(key, ({ commentId, createdAt, pageId }) => {
        const last = {
          commentId: { S: commentId },
          createdAt: { N: String(createdAt) },
          pageId: { S: "page of the answer" },
        };
        const body = JSON.stringify({ Items: [], LastEvaluatedKey: last });
        const answer = JSON.parse(renderTemplate(query.response, scope({ body })).text) as {
          nextToken: string;
        };
        expect(answer.nextToken).to.match(/^[A-Za-z0-9_.-]*$/);
        if (commentId === "") return;
        const params = {
          path: { pageId },
          querystring: { nextToken: answer.nextToken },
          header: {},
        };
        const sent = JSON.parse(renderTemplate(query.request, scope({ params })).text) as Record<
          string,
          unknown
        >;
        expect(sent.ExclusiveStartKey).to.deep.equal({ ...last, pageId: { S: pageId } });
      }),
      { numRuns: runs(10_000, 500_000) },
    );
  });

  it("answer errors of DynamoDB with a status and without DynamoDB's text", () => {
    const cases: [type: string, status: number][] = [
      ["com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", 409],
      ["com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", 429],
      ["com.amazon.coral.availability#ThrottlingException", 429],
      ["com.amazon.coral.validate#ValidationException", 400],
      ["com.amazon.coral.service#SerializationException", 400],
      ["com.amazon.coral.service#AccessDeniedException", 500],
      ["com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", 500],
      ["", 500],
    ];
    for (const [type, status] of cases) {
      const body = JSON.stringify({
        __type: type,
        message: 'User: arn:aws:sts::1:assumed-role/secret "x"',
      });
      const { text, responseOverride } = renderTemplate(dynamoErrorTemplate(), scope({ body }));
      expect(responseOverride.status, type).to.equal(status);
      expect(Object.keys(JSON.parse(text) as object), type).to.deep.equal(["message"]);
      expect(text).to.not.contain("secret");
    }
  });
});
