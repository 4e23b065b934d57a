import * as path from "node:path";
import { DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import * as fc from "fast-check";
import { ROOT_CREDENTIALS, Session } from "../../localcloud/engine/session";
import { hostileText, isWellFormed } from "../support/hostileText";
import { runs } from "../../localcloud/test/support/runs";

interface Comment {
  commentId: string;
  userName: string;
  message: string;
  createdAt: number;
}

interface Page {
  comments: Comment[];
  nextToken?: string;
}

describe("stack dev: comments", function () {
  this.timeout(120_000);
  let session: Session;
  let url: string;
  let table: string;

  before(async () => {
    session = await Session.start({
      directory: path.resolve(__dirname, "../.."),
      programHost: "reused",
    });
    const { outputs } = await session.deploy();
    url = String(outputs.commentsUrl);
    table = String(outputs.commentsTableName);
  });
  after(() => session.close());

  const post = (body: string, contentType = "application/json"): Promise<Response> =>
    fetch(`${url}/comments`, { method: "POST", headers: { "content-type": contentType }, body });
  const comment = (pageId: string, message: string): string =>
    JSON.stringify({ pageId, userName: "Ada", message });
  const read = async (pageId: string, query = ""): Promise<Page> => {
    const answer = await fetch(`${url}/comments/${encodeURIComponent(pageId)}${query}`);
    expect(answer.status, await answer.clone().text()).to.equal(200);
    return (await answer.json()) as Page;
  };
  const dynamodb = (): DynamoDBClient =>
    new DynamoDBClient({
      endpoint: session.cloud.endpoint,
      region: "us-east-1",
      credentials: ROOT_CREDENTIALS,
    });

  it("stores a comment and returns its id and time", async () => {
    const answer = await post(comment("first", "Hello"));
    expect(answer.status).to.equal(200);
    const written = (await answer.json()) as Comment;
    const { comments } = await read("first");
    expect(comments).to.deep.equal([
      {
        commentId: written.commentId,
        userName: "Ada",
        message: "Hello",
        createdAt: written.createdAt,
      },
    ]);
    expect(answer.headers.get("cache-control")).to.equal("no-store");
  });

  it("returns an empty list for a page without comments", async () => {
    expect(await read("nobody")).to.deep.equal({ comments: [] });
  });

  it("lists the newest last, a page at a time, without losing or repeating one", async () => {
    for (let number = 1; number <= 7; number += 1) {
      await post(comment("paged", `number ${number}`));
      await session.cloud.clock.advance(5);
    }
    const seen: string[] = [];
    let token: string | undefined;
    do {
      const page: Page = await read("paged", `?limit=3${token ? `&nextToken=${token}` : ""}`);
      expect(page.comments.length).to.be.at.most(3);
      seen.push(...page.comments.map(({ message }) => message));
      token = page.nextToken;
    } while (token);
    expect(seen).to.deep.equal([1, 2, 3, 4, 5, 6, 7].map((number) => `number ${number}`));
  });

  it("refuses a cursor that was made for another page", async () => {
    const { nextToken } = await read("paged", "?limit=1");
    const other = await read("first", `?nextToken=${nextToken}`);
    expect(other.comments.filter(({ message }) => message.startsWith("number"))).to.deep.equal([]);
  });

  it("answers 400 to an invalid limit or cursor", async () => {
    for (const query of [
      "?limit=0",
      "?limit=1001",
      "?limit=-1",
      "?limit=1e3",
      "?limit=x",
      "?nextToken=%22",
      "?nextToken=a",
      "?nextToken=a.b.c",
    ]) {
      const answer = await fetch(`${url}/comments/first${query}`);
      expect(answer.status, query).to.equal(400);
      expect(await answer.json(), query).to.deep.equal({ message: "Bad request" });
    }
  });

  it("refuses a body that the model does not allow, and names the field", async () => {
    const bad: [body: unknown, field: string][] = [
      [{ pageId: "p", userName: "Ada" }, "message"],
      [{ pageId: "p", userName: "Ada", message: 5 }, "integer"],
      [{ pageId: "p", userName: "Ada", message: null }, "null"],
      [{ pageId: "p", userName: "Ada", message: "" }, "too short"],
      [{ pageId: "p", userName: "Ada", message: "x".repeat(10_001) }, "too long"],
      [{ pageId: "p", userName: "Ada", message: "\ud800" }, "regex"],
      [{ pageId: "p", userName: "Ada", message: "x", admin: true }, "admin"],
      [["p"], "array"],
    ];
    for (const [body, field] of bad) {
      const answer = await post(JSON.stringify(body));
      expect(answer.status, JSON.stringify(body)).to.equal(400);
      const { message, errors } = (await answer.json()) as { message: string; errors: string };
      expect(message).to.equal("Invalid request body");
      expect(errors, JSON.stringify(body)).to.contain(field);
    }
    for (const body of ["", "{", "null", "\u0000"])
      expect((await post(body)).status, body).to.equal(400);
  });

  it("passes no other content type on to DynamoDB", async () => {
    const attack = JSON.stringify({ TableName: table, Item: { commentId: { S: "forged" } } });
    for (const type of [
      "text/plain",
      "application/xml",
      "application/x-amz-json-1.0",
      "application/x-www-form-urlencoded",
    ]) {
      const answer = await post(attack, type);
      expect(answer.status, type).to.equal(415);
    }
    const client = dynamodb();
    const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
    client.destroy();
    expect(Items.filter((item) => item.commentId?.S === "forged")).to.deep.equal([]);
  });

  it("returns hostile texts as they were sent", async () => {
    const text = hostileText(8).filter((value) => value !== "" && isWellFormed(value));
    // An empty segment, "." and ".." are not pages: URLs cannot name them.
    const page = text.filter((value) => !/^\.{1,2}$/.test(value));
    await fc.assert(
      fc.asyncProperty(page, text, text, async (pageId, userName, message) => {
        // The stage allows 100 requests a second, in the cloud's time.
        await session.cloud.clock.advance(100);
        const answer = await post(JSON.stringify({ pageId, userName, message }));
        expect(answer.status).to.equal(200);
        const { commentId } = (await answer.json()) as Comment;
        const { comments } = await read(pageId, "?limit=1000");
        const found = comments.find((stored) => stored.commentId === commentId);
        expect(found).to.deep.include({ userName, message });
      }),
      { numRuns: runs(300, 20_000) },
    );
  });

  it("returns texts that another program stored, including quotes", async () => {
    const client = dynamodb();
    const message = '","admin":true,"x":"\\" $util #set($x=1) \u2028';
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          commentId: { S: 'a"b' },
          pageId: { S: "foreign" },
          createdAt: { N: "1" },
          message: { S: message },
          userName: { S: "\\" },
        },
      }),
    );
    client.destroy();
    expect(await read("foreign")).to.deep.equal({
      comments: [{ commentId: 'a"b', userName: "\\", message, createdAt: 1 }],
    });
  });

  it("answers 500 without details, and records a denial, when the role loses dynamodb:Query", async () => {
    const role = session.resources.find(({ urn }) => urn.endsWith("::comments-role"));
    const policy = session.resources.find(({ urn }) => urn.endsWith("::comments-policy"));
    const iam = new IAMClient({
      endpoint: session.cloud.endpoint,
      region: "us-east-1",
      credentials: ROOT_CREDENTIALS,
    });
    const at = { RoleName: String(role?.outputs.name), PolicyName: String(policy?.outputs.name) };
    await iam.send(new DeleteRolePolicyCommand(at));
    const after = session.cloud.recorder.last;
    const answer = await fetch(`${url}/comments/first`);
    expect(answer.status).to.equal(500);
    expect(await answer.json()).to.deep.equal({ message: "Internal server error" });
    const [denied] = session.cloud.recorder.find({ after, outcome: "denied" });
    expect(denied).to.deep.include({ service: "dynamodb", operation: "Query", outcome: "denied" });
    await iam.send(
      new PutRolePolicyCommand({ ...at, PolicyDocument: String(policy?.outputs.policy) }),
    );
    iam.destroy();
    expect((await read("first")).comments).to.have.length(1);
  });

  it("answers 502, and then works again, when DynamoDB fails", async () => {
    session.cloud.faults.add({ kind: "internalError", service: "dynamodb", operation: "Query" });
    expect((await fetch(`${url}/comments/first`)).status).to.be.oneOf([500, 502]);
    expect((await read("first")).comments).to.have.length(1);
  });

  it("answers 429 when DynamoDB throttles", async () => {
    session.cloud.faults.add({
      kind: "throttle",
      service: "dynamodb",
      operation: "PutItem",
      code: "ProvisionedThroughputExceededException",
    });
    expect((await post(comment("first", "again"))).status).to.equal(429);
  });
});
