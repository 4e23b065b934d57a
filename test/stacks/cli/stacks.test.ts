import {
  CreateLogGroupCommand,
  PutRetentionPolicyCommand,
  CloudWatchLogsClient,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ROOT_CREDENTIALS } from "../../../localcloud/engine/session";
import { changesOf, CliStack } from "../../support/cli/cliStack";
import { cloudContents } from "../../support/cli/cloudContents";
import { findPulumiCli, NO_CLI } from "../../../localcloud/test/support/pulumiCli";
import { EXISTING_NETWORK } from "../../support/cli/stackProject";

const POLICIES = path.join(__dirname, "../../../policies/run-offline");

const EXISTING_SERVICE = {
  "aws-callbacks:service": { cluster: "existing", family: "existing-web", passRoles: [] },
};

interface StackCase {
  readonly config: Readonly<Record<string, unknown>>;
  /** A file of the program, a text in it and its replacement. */
  readonly line: readonly [file: string, from: string, to: string];
  /** The change that the line causes, as `operation name property`, and its call. */
  readonly change: string;
  readonly call: string;
  /** Left after destroy: pins, revisions to roll back to, and resources that do not belong to the stack. */
  readonly kept: Readonly<Record<string, readonly string[]>>;
}

const STACKS: Readonly<Record<string, StackCase>> = {
  dev: {
    config: {},
    line: ["stacks/common.ts", "Answers the event and context", "Tells the event and context"],
    change: "update trace description",
    call: "UpdateFunctionConfiguration",
    // The scaler's pin is not a resource: it may be written, by a call under way, after everything else is deleted.
    kept: {
      DescribeParameters: ["scaler"],
      ListTaskDefinitionFamilies: ["demo-report", "demo-web"],
    },
  },
  prod: {
    config: { ...EXISTING_NETWORK, ...EXISTING_SERVICE },
    line: ["Pulumi.prod.yaml", 'protectData: "true"', 'protectData: "false"'],
    change: "update comments deletionProtectionEnabled",
    call: "UpdateTable",
    kept: { ListTaskDefinitionFamilies: ["existing-web", "shop-web"], ListClusters: ["existing"] },
  },
};

/** Calls that create resources, and the type that counts them in the state. */
const CREATIONS = {
  CreateEventSourceMapping: "aws:lambda/eventSourceMapping:EventSourceMapping",
  CreateFunction: "aws:lambda/function:Function",
  CreateLogGroup: "aws:cloudwatch/logGroup:LogGroup",
  CreateQueue: "aws:sqs/queue:Queue",
  CreateRestApi: "aws:apigateway/restApi:RestApi",
  CreateRole: "aws:iam/role:Role",
  CreateTable: "aws:dynamodb/table:Table",
} as const;

for (const [name, { config, line, change, call, kept }] of Object.entries(STACKS))
  describe(`stack ${name} under the real Pulumi CLI`, function () {
    this.timeout(400_000);
    const cli = findPulumiCli();
    let stack: CliStack;
    /** What the CLI printed when all of the stack was there for the first time. */
    let deployed = "";

    before(async function () {
      if (!cli) {
        console.log(`      skipped: ${NO_CLI}`);
        return this.skip();
      }
      stack = await CliStack.start(cli, name, config);
      if (name === "prod") await makeService();
    });
    after(() => stack?.close());

    const client = <T>(
      Client: new (options: {
        endpoint: string;
        region: string;
        credentials: typeof ROOT_CREDENTIALS;
      }) => T,
    ): T =>
      new Client({
        endpoint: stack.cloud.endpoint,
        region: stack.cloud.defaultRegion,
        credentials: ROOT_CREDENTIALS,
      });

    /** Creates the service that prod's configuration names: it does not belong to the stack. */
    async function makeService(): Promise<void> {
      const ecs = client(ECSClient);
      const { cluster, family } = EXISTING_SERVICE["aws-callbacks:service"];
      await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
      const containerDefinitions = [{ name: "web", image: "acme/web:1.0", memory: 128 }];
      await ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions }));
      const service = { cluster, serviceName: "web", taskDefinition: family, desiredCount: 1 };
      await ecs.send(new CreateServiceCommand(service));
      ecs.destroy();
    }

    it("previews every resource as created, and writes nothing", async () => {
      const after = stack.cloud.recorder.last;
      const steps = await stack.preview();
      expect(new Set(steps.map(({ op }) => op))).to.deep.equal(new Set(["create"]));
      expect(steps).to.have.length.above(100);
      expect(stack.writes(after)).to.deep.equal([]);
    });

    it("continues after a fault half-way, and creates nothing twice", async () => {
      const operation = "CreateEventSourceMapping";
      stack.cloud.faults.add({ kind: "accessDenied", service: "lambda", operation });
      const after = stack.cloud.recorder.last;
      const { code, stdout } = await stack.pulumi("up --yes --skip-preview");
      expect(code, stdout).not.to.equal(0);
      expect(stdout).to.contain("Access denied by a fault rule.");
      const half = (await stack.resources()).length;
      expect(half).to.be.above(20);

      const policies = name === "dev" ? ` --policy-pack ${POLICIES}` : "";
      deployed = await stack.succeed(`up --yes --skip-preview${policies}`);
      const resources = await stack.resources();
      expect(resources.length).to.be.above(half);
      for (const [creation, type] of Object.entries(CREATIONS)) {
        const made = stack.writes(after).filter((one) => one === creation);
        const known = resources.filter((resource) => resource.type === type);
        expect(made, creation).to.have.length(known.length);
      }
    });

    if (name === "dev")
      it("passes the policy pack, with nothing undecided once it is deployed", () => {
        expect(deployed)
          .to.contain("Policies:")
          .and.to.match(/\d+ created/);
        expect(deployed).not.to.contain("[mandatory]").and.not.contain("undecided-until-deployed");
      });

    if (name === "dev")
      it("adds tasks by its scaler", async () => {
        const service = await stack.resource("aws:ecs/service:Service", "demo");
        const [, cluster = ""] = String(service.id).split("/");
        stack.cloud.load({ cluster, service: String(service.outputs.name), cpuPercent: 95 });
        const ecs = client(ECSClient);
        const counts = new Set<number | undefined>();
        for (let minute = 0; minute < 5; minute += 1) {
          await stack.cloud.clock.advance(60_000);
          const described = new DescribeServicesCommand({
            cluster,
            services: [String(service.id)],
          });
          counts.add((await ecs.send(described)).services?.at(0)?.desiredCount);
          if (counts.size > 1) break;
        }
        ecs.destroy();
        expect([...counts], "desired tasks").to.have.length(2);
        // Between both thresholds, it keeps its count, so that none changes between the CLI's refresh and its preview.
        stack.cloud.load({ cluster, service: String(service.outputs.name), cpuPercent: 50 });
        await stack.cloud.clock.advance(2 * 60_000);
      });

    it("changes exactly the resource of one changed line", async () => {
      const [file, from, to] = line;
      const changed = path.join(stack.folder, file);
      const text = readFileSync(changed, "utf8");
      expect(text.split(from)).to.have.length(2);
      writeFileSync(changed, text.replace(from, to));
      // And nothing of the count that dev's scaler has changed.
      expect(changesOf(await stack.preview())).to.deep.equal([change]);
    });

    it("finds manual changes by a refresh, and reverts only them", async () => {
      const logs = client(CloudWatchLogsClient);
      const groupOf = async (): Promise<Record<string, unknown>> =>
        (await stack.resource("aws:cloudwatch/logGroup:LogGroup", "greeting-stage-access")).inputs;
      const { name: logGroupName, retentionInDays } = await groupOf();
      await logs.send(
        new PutRetentionPolicyCommand({ logGroupName: String(logGroupName), retentionInDays: 3 }),
      );
      logs.destroy();
      await stack.succeed("refresh --yes --skip-preview");
      expect((await groupOf()).retentionInDays).to.equal(3);
      const after = stack.cloud.recorder.last;
      await stack.succeed("up --yes --skip-preview");
      expect(stack.writes(after)).to.have.members([call, "PutRetentionPolicy"]);
      expect((await groupOf()).retentionInDays).to.equal(retentionInDays);
    });

    if (name === "prod")
      it("creates its own Fargate service once the configuration names none", async () => {
        await stack.succeed("config rm aws-callbacks:service");
        await stack.succeed("up --yes --skip-preview");
        const service = await stack.resource("aws:ecs/service:Service", "shop-web");
        expect(service.outputs).to.deep.include({ launchType: "FARGATE", desiredCount: 2 });
      });

    it("imports existing resources: a program that names them changes nothing, even with a refresh", async () => {
      const logs = client(CloudWatchLogsClient);
      const logGroupName = "made-by-hand";
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
      logs.destroy();
      const what = `aws:cloudwatch/logGroup:LogGroup by-hand ${logGroupName}`;
      await stack.succeed(
        `import ${what} --yes --skip-preview --protect=false --generate-code=false`,
      );
      const { id } = await stack.resource("aws:cloudwatch/logGroup:LogGroup", "by-hand");
      expect(id).to.equal(logGroupName);
      const code = [
        'import * as provider from "@pulumi/aws";',
        `new provider.cloudwatch.LogGroup("by-hand", { name: "${logGroupName}" });`,
      ];
      appendFileSync(path.join(stack.folder, `stacks/${name}.ts`), code.join("\n"));
      const after = stack.cloud.recorder.last;
      await stack.succeed("up --yes --skip-preview --expect-no-changes");
      expect(stack.writes(after)).to.deep.equal([]);
      const reads = stack.cloud.recorder.find({ after, operation: "GetFunction" });
      expect(reads).not.to.be.empty;
    });

    it("leaves only the retained resources after destroy", async () => {
      await stack.succeed("destroy --yes --skip-preview");
      expect(await stack.resources()).to.deep.equal([]);
      expect(await cloudContents(stack.cloud)).to.deep.equal({
        // One setting for the whole account: other stacks' APIs log through it too (ApiAccount).
        ListRoles: ["api-account-role"],
        ...kept,
      });
    });
  });
