import { GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { actionMatches } from "../../../localcloud/access/match";
import { advanceUntilQuiet, deniedCalls, dockerHubPush, roleOf } from "../../../localcloud/testing";
import { RedeployProgram } from "./program";

interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
}

const PUSHED = dockerHubPush().push_data.pushed_at;
/** Minutes of cloud time within which a push is deployed, and an event given up. */
const LIMIT = 12;

/** The opposite test of least privilege: each statement that is removed from a role causes a denial. */
describe("example webhook-redeployer without one statement", function () {
  this.timeout(120_000);
  let shop: RedeployProgram;
  let pushes = 0;

  before(async () => {
    shop = await RedeployProgram.start();
    await shop.pinRule("nightly-report", "demo-report:1");
  });
  after(() => shop?.close());

  const policyOf = (owner: string): { RoleName: string; PolicyName: string } => ({
    RoleName: roleOf(shop.engine.session.resources, `redeploy-${owner}`),
    PolicyName: String(
      shop.engine.session.resources.find(
        ({ type, urn }) =>
          type === "aws:iam/rolePolicy:RolePolicy" && urn.endsWith(`redeploy-${owner}-policy`),
      )?.outputs.name,
    ),
  });

  async function read(owner: string): Promise<string> {
    const found = await shop.program
      .client(IAMClient)
      .send(new GetRolePolicyCommand(policyOf(owner)));
    return decodeURIComponent(found.PolicyDocument ?? "");
  }

  const write = async (owner: string, PolicyDocument: string): Promise<unknown> =>
    shop.program
      .client(IAMClient)
      .send(new PutRolePolicyCommand({ ...policyOf(owner), PolicyDocument }));

  /** Uses all three functions: with a push that rolls the service, and an event that cannot be handled. */
  async function use(): Promise<void> {
    pushes += 1;
    const tag = `1.${pushes}.0`;
    const { status } = await shop.post({ tag, push_data: { pushed_at: PUSHED + pushes * 60 } });
    if (status !== 202) return;
    const lambda = shop.program.client(LambdaClient);
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const completion = Functions.find(({ FunctionName = "" }) => /-completion-/.test(FunctionName));
    const event = { FunctionName: completion?.FunctionName, InvocationType: "Event" as const };
    await lambda.send(new InvokeCommand({ ...event, Payload: Buffer.from("{}") }));
  }

  /** Returns the first call that IAM denied the role because one of these actions is missing. */
  async function missed(owner: string, { Action }: Statement): Promise<string | undefined> {
    const after = shop.cloud.recorder.last;
    const { RoleName: roleName } = policyOf(owner);
    const find = (): string | undefined =>
      deniedCalls(shop.cloud, { after, roleName })
        .map(({ checks, checksPassed }) => checks[checksPassed].action)
        .find((denied) => Action.some((action) => actionMatches(action, denied)));
    await use();
    for (let minute = 0; minute < LIMIT && find() === undefined; minute += 1)
      await advanceUntilQuiet(shop.cloud, { quietMinutes: 1, limitMinutes: 1 });
    return find();
  }

  // An unneeded statement is found: this test can fail.
  const decoy = { Sid: "Decoy", Action: ["ecs:DeleteCluster"] };
  for (const [owner, decoys] of [
    ["ack", [decoy]],
    ["worker", []],
    ["completion", []],
  ] as const)
    it(`${owner}: the lack of each statement causes a denial`, async () => {
      const whole = await read(owner);
      const document = JSON.parse(whole) as { Version: string; Statement: Statement[] };
      expect(document.Statement).to.have.length.greaterThan(3);
      const unneeded: string[] = [];
      for (const statement of [...document.Statement, ...decoys]) {
        const Statement = document.Statement.filter((one) => one !== statement);
        await write(owner, JSON.stringify({ ...document, Statement }));
        if ((await missed(owner, statement)) === undefined) unneeded.push(statement.Sid);
        await write(owner, whole);
        // Denied messages are delivered again, and must not interfere with the next case.
        await advanceUntilQuiet(shop.cloud, { quietMinutes: 7, limitMinutes: 60 });
      }
      expect(unneeded).to.deep.equal(decoys.map(({ Sid }) => Sid));
    });

  it("with all of them again nothing is denied", async () => {
    const after = shop.cloud.recorder.last;
    await use();
    await advanceUntilQuiet(shop.cloud, { quietMinutes: 7, limitMinutes: 60 });
    expect(deniedCalls(shop.cloud, { after })).to.deep.equal([]);
    expect(await shop.image()).to.equal(`acme/web:1.${pushes}.0`);
  });
});
