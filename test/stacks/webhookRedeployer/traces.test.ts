import { expect } from "chai";
import type { SpanDetail, SpanRow, TraceRow } from "../../../localcloud/cloud/console/rows";
import { advanceUntilQuiet } from "../../../localcloud/testing";
import { RedeployProgram } from "./program";

type TraceDetail = TraceRow & { readonly rows: readonly SpanRow[] };

describe("example webhook-redeployer, as the console sees it", function () {
  this.timeout(60_000);
  let shop: RedeployProgram;
  let trace: TraceDetail;
  let token: string;

  before(async () => {
    shop = await RedeployProgram.start({ traces: true });
    token = new URL(shop.program.output("webhookUrl")).pathname.split("/").at(-1) ?? "";
    const answer = await shop.post({ tag: "1.1.0" });
    expect(answer.status).to.equal(202);
    const header = answer.headers.get("x-amzn-trace-id") ?? "";
    await advanceUntilQuiet(shop.cloud, { quietMinutes: 3, limitMinutes: 30 });
    trace = await ask<TraceDetail>(`/${/^Root=(.+)$/.exec(header)?.[1]}`);
  });
  after(() => shop?.close());

  async function ask<Answer>(path: string): Promise<Answer> {
    const answer = await fetch(`${shop.cloud.endpoint}/_localcloud/traces${path}`);
    expect(answer.status, path).to.equal(200);
    return (await answer.json()) as Answer;
  }
  const named = (name: RegExp): SpanRow => {
    const found = trace.rows.find((row) => name.test(row.name));
    if (!found) throw new Error(`no ${name} among ${trace.rows.map((row) => row.name).join(", ")}`);
    return found;
  };
  /** Returns the names of the parent spans, nearest first, without the random suffixes of physical names. */
  const above = ({ parent }: SpanRow): string[] => {
    const found = trace.rows.find(({ id }) => id === parent);
    const name = found?.name.replace(/-[0-9a-f]{7}(?=\.fifo$|$)/, "");
    return found && name ? [name, ...above(found)] : [];
  };
  const detail = ({ id }: SpanRow, query = ""): Promise<SpanDetail> =>
    ask<SpanDetail>(`/${trace.id}/${id}${query}`);

  it("is one trace, from the POST to the parameter that pins the image", () => {
    const pin = trace.rows.filter(({ name }) => name === "ssm.PutParameter").at(-1);
    expect(pin && above(pin)).to.deep.equal([
      "redeploy-completion",
      "lambda.Invoke",
      "ECS Deployment State Change",
      "web",
      "ecs.UpdateService",
      "redeploy-worker",
      "redeploy-families.fifo",
      "sqs.SendMessageBatch",
      "redeploy-worker",
      "redeploy-deliveries",
      "sqs.SendMessage",
      "redeploy-ack",
      "lambda.Invoke",
      "POST /webhooks/{token}",
    ]);
    expect(trace).to.include({ kind: "request", answer: 202, open: 0 });
    expect(trace).to.not.have.property("problem");
  });

  it("names the statement that allowed each call of a role", async () => {
    const calls = trace.rows.filter(({ kind, who = "" }) => kind === "call" && !/\./.test(who));
    expect(calls.length).to.be.greaterThan(15);
    expect(calls.filter(({ statement }) => !statement)).to.deep.equal([]);
    const { data } = await detail(named(/^ssm\.GetParameter$/));
    expect(data.decisions).to.have.nested.property("[0].statement.Sid", "ReadToken");
  });

  it("does not grow after the end", async () => {
    const { spans } = trace;
    await shop.cloud.clock.advance(300_000);
    expect(await ask<TraceDetail>(`/${trace.id}`)).to.include({ spans, open: 0 });
  });

  it("hides the token until it is requested", async () => {
    const hidden = await detail(trace.rows[0]);
    expect(JSON.stringify(hidden)).to.include("(hidden)").and.not.include(token);
    const shown = await detail(trace.rows[0], "?secrets=show");
    expect(shown.data).to.have.nested.property("request.path").that.includes(token);
    const list = await ask<object>("");
    expect(JSON.stringify(list)).to.not.include(token);
  });

  it("shows the deployment by URN, with the calls of each resource below it", async () => {
    const { rows } = await ask<{ rows: TraceRow[] }>("");
    const deploy = rows.find(({ kind }) => kind === "deploy");
    expect(deploy).to.include({ name: "shop / dev", open: 0 });
    expect(deploy).to.not.have.property("problem");
    const detail = await ask<TraceDetail>(`/${deploy?.id}`);
    const table = detail.rows.find(({ kind, name }) => kind === "resource" && /results/.test(name));
    const calls = detail.rows.filter(({ parent }) => parent === table?.id).map(({ name }) => name);
    expect(calls).to.include("dynamodb.CreateTable");
    const loose = rows.filter(({ kind, name }) => kind === "call" && /Create|Put/.test(name));
    expect(loose, "calls of the engine that no resource claims").to.deep.equal([]);
  });
});
