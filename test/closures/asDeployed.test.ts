import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import {
  asDeployed as runFiles,
  callsOf,
  type Cloud,
  type DeployedFunction,
  roleAccess,
  rootAccess,
  startCloud,
} from "../../localcloud/testing";
import { asDeployed } from "../support/closures/asDeployed";

describe("The test kit: asDeployed", () => {
  const running: DeployedFunction[] = [];
  afterEach(() => Promise.all(running.splice(0).map((one) => one.close())));
  const opened = <Deployed extends DeployedFunction>(deployed: Deployed): Deployed => {
    running.push(deployed);
    return deployed;
  };
  const files = (text: string): DeployedFunction => opened(runFiles({ "index.js": text }));

  it("uses CallbackFunction's defaults when no callback parameter is given", async () => {
    const retries = async (_event: object, _context: object, options = { retries: 3 }) =>
      options.retries;
    const deployed = opened(await asDeployed(retries));
    expect((await deployed.invoke({})).payload).to.equal(3);
  });

  describe("with a cloud", () => {
    let cloud: Cloud;
    beforeEach(async () => {
      cloud = await startCloud({ clock: "manual" });
      const ssm = new SSMClient(rootAccess(cloud));
      const Name = "/greeting";
      await ssm.send(new PutParameterCommand({ Name, Value: "Hello", Type: "String" }));
      ssm.destroy();
    });
    afterEach(() => cloud.close());

    const greet = () => {
      const ssm = new SSMClient({});
      let calls = 0;
      return async ({ name }: { name: string }) => {
        calls += 1;
        const command = new GetParameterCommand({ Name: process.env.PARAMETER });
        const { Parameter } = await ssm.send(command);
        return { text: `${Parameter?.Value}, ${name}`, calls };
      };
    };
    const options = { isFactory: true, environment: { PARAMETER: "/greeting" } };

    it("runs a bundled callback whose SDK client calls the cloud, warm after the first event", async () => {
      const greeting = opened(await asDeployed(greet, { ...options, access: rootAccess(cloud) }));
      const [first, second] = await Promise.all([
        greeting.invoke({ name: "Ada" }),
        greeting.invoke({ name: "Bob" }),
      ]);
      expect(first.payload).to.deep.equal({ text: "Hello, Ada", calls: 1 });
      expect(second.payload).to.deep.equal({ text: "Hello, Bob", calls: 2 });
      expect(first.log).to.match(/^START RequestId/);
      expect(second.log).to.match(/^START RequestId: \S+ Version: \$LATEST\nEND .*\nREPORT .*/);
    });

    it("refuses requests that a handler signs with an unknown key; the developer's own key is root's", async () => {
      const credentials = { accessKeyId: "AKIASOMEBODYELSE0000", secretAccessKey: "secret" };
      const foreign = async (event: object) => {
        const accessKeyId = "AKIASOMEBODYELSE0000";
        const ssm = new SSMClient({ credentials: { accessKeyId, secretAccessKey: "secret" } });
        const read = ssm.send(new GetParameterCommand({ Name: "/greeting", ...event }));
        return read.then(
          ({ Parameter }) => Parameter?.Value,
          (error: Error) => error.name,
        );
      };
      const handler = opened(await asDeployed(foreign, { access: rootAccess(cloud) }));
      expect((await handler.invoke({})).payload).to.equal("UnrecognizedClientException");
      const own = new SSMClient({ ...rootAccess(cloud), credentials });
      const { Parameter } = await own.send(new GetParameterCommand({ Name: "/greeting" }));
      own.destroy();
      expect(Parameter?.Value).to.equal("Hello");
    });

    it("runs with the permissions of a role, and is denied what the role lacks", async () => {
      await createRole(cloud, "reader", "ssm:GetParameter");
      await createRole(cloud, "writer", "ssm:PutParameter");
      const asRole = async (role: string): Promise<DeployedFunction> =>
        opened(await asDeployed(greet, { ...options, access: roleAccess(cloud, role) }));
      const allowed = await (await asRole("reader")).invoke({ name: "Ada" });
      expect(allowed.payload).to.include({ text: "Hello, Ada" });
      const { functionError, payload } = await (await asRole("writer")).invoke({ name: "Ada" });
      expect(functionError).to.equal("Unhandled");
      expect(payload).to.include({ errorType: "AccessDeniedException" });
      expect(callsOf(cloud, "writer").map(({ outcome }) => outcome)).to.deep.equal(["denied"]);
    });

    it("uses the cloud's clock", async () => {
      await cloud.clock.advance(7 * 86_400_000);
      const now = opened(await asDeployed(async () => Date.now(), { access: rootAccess(cloud) }));
      const { payload } = await now.invoke({});
      expect(payload).to.be.within(cloud.clock.now(), cloud.clock.now() + 60_000);
    });
  });

  it("does not see this process and its environment", async () => {
    process.env.OF_THE_TEST = "visible";
    const deployed = files(`exports.handler = async () => {
      let mocha = "absent";
      try { require("mocha"); mocha = "there"; } catch {}
      return { mocha, leaked: process.env.OF_THE_TEST, memory: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE };
    };`);
    const { payload } = await deployed.invoke({});
    delete process.env.OF_THE_TEST;
    expect(payload).to.deep.equal({ mocha: "absent", memory: "256" });
  });

  it("never reaches AWS when no cloud is named", async () => {
    const callback = async () => {
      const ssm = new SSMClient({ maxAttempts: 1 });
      await ssm.send(new GetParameterCommand({ Name: "/greeting" }));
    };
    const deployed = opened(await asDeployed(callback));
    const { payload } = await deployed.invoke({});
    expect(payload).to.have.property("errorMessage").that.contains("ECONNREFUSED 127.0.0.1:9");
  });

  it("passes the context on, and returns an error as Lambda reports it", async () => {
    const deployed = files(
      `exports.handler = async (event, context) => {
         console.log("seen", event.n);
         throw new TypeError(context.awsRequestId + " " + context.invokedFunctionArn);
       };`,
    );
    const { payload, functionError, log } = await deployed.invoke({ n: 7 }, { awsRequestId: "id" });
    expect(functionError).to.equal("Unhandled");
    expect(payload).to.deep.include({
      errorType: "TypeError",
      errorMessage: "id arn:aws:lambda:us-east-1:123456789012:function:as-deployed",
    });
    expect(log).to.match(/\tid\tINFO\tseen 7$/m);
  });

  it("starts a new process after a timeout and after the process ended", async () => {
    const deployed = opened(
      runFiles(
        {
          "index.js": `let calls = 0;
            exports.handler = async (event) => {
              calls += 1;
              if (event === "hang") await new Promise((resolve) => setTimeout(resolve, 60_000));
              if (event === "exit") process.exit(3);
              return calls;
            };`,
        },
        { timeout: 1 },
      ),
    );
    expect((await deployed.invoke("go")).payload).to.equal(1);
    expect((await deployed.invoke("hang")).payload).to.deep.include({
      errorType: "Sandbox.Timedout",
    });
    expect((await deployed.invoke("go")).payload).to.equal(1);
    expect((await deployed.invoke("exit")).payload).to.deep.include({
      errorType: "Runtime.ExitError",
    });
    expect((await deployed.invoke("go")).payload).to.equal(1);
  });

  it("accepts a different handler, and refuses settings that Lambda would refuse", async () => {
    const code = { "src/main.mjs": "export const run = async () => 'ran';" };
    const deployed = opened(runFiles(code, { handler: "src/main.run", runtime: "nodejs24.x" }));
    expect((await deployed.invoke({})).payload).to.equal("ran");
    expect(() => runFiles(code, { timeout: 901 })).to.throw("less than or equal to 900");
    expect(() => runFiles({ "../x.js": "" })).to.throw("Could not unzip uploaded file");
  });
});

async function createRole(cloud: Cloud, RoleName: string, Action: string): Promise<void> {
  const iam = new IAMClient(rootAccess(cloud));
  const trust = { Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policy(trust) }));
  const PolicyDocument = policy({ Action, Resource: "*" });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
  iam.destroy();
}

function policy(statement: object): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", ...statement }],
  });
}
