import * as path from "node:path";
import {
  APIGatewayClient,
  GetAccountCommand,
  UpdateAccountCommand,
} from "@aws-sdk/client-api-gateway";
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { ROOT_CREDENTIALS } from "../../localcloud/engine/session";
import { EngineSession } from "../../localcloud/test/support/engineSession";

describe("ApiAccount in two stacks of one account", function () {
  this.timeout(60_000);
  let engine: EngineSession;
  before(async () => {
    const directory = path.join(__dirname, "programs/apiAccount");
    engine = await EngineSession.start("apiAccount", { directory });
  });
  after(() => engine.close());

  const client = <T>(Client: new (settings: object) => T): T =>
    new Client({
      endpoint: engine.session.cloud.endpoint,
      region: engine.session.cloud.defaultRegion,
      credentials: ROOT_CREDENTIALS,
    });
  const accountRole = async (): Promise<string | undefined> =>
    (await client(APIGatewayClient).send(new GetAccountCommand({}))).cloudwatchRoleArn;

  it("keeps the role that the other stack has set, even if it reads the account before each run", async () => {
    const { outputs } = await engine.run();
    expect(await accountRole()).to.equal(outputs.roleArn);
    const theirs = await createRole("of-the-other-stack");
    const patchOperations = [{ op: "replace", path: "/cloudwatchRoleArn", value: theirs } as const];
    await client(APIGatewayClient).send(new UpdateAccountCommand({ patchOperations }));
    await engine.run();
    expect(engine.steps.filter((step) => step.startsWith("update"))).to.deep.equal([]);
    expect(await accountRole()).to.equal(theirs);
  });

  async function createRole(RoleName: string): Promise<string | undefined> {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "apigateway.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    });
    const iam = client(IAMClient);
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const PolicyArn = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    return Role?.Arn;
  }
});
