import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ZipToLambdaPipeline, type ZipToLambdaPipelineArgs } from "../../../../components";
import type { PolicyResource } from "../../../../policies/rule";
import { componentGraph } from "../../../support/graph/componentGraph";
import { mockPulumi } from "../../../support/graph/pulumiMocks";

interface Document {
  Statement: {
    Sid?: string;
    Effect: string;
    Action: string[];
    Resource: string | string[];
    Condition?: object;
  }[];
}

const ROLE = "arn:aws:iam::123456789012:role/ci";
const OIDC = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";

describe("ZipToLambdaPipeline", function () {
  this.timeout(60_000);
  const graph = (args: ZipToLambdaPipelineArgs = {}): Promise<PolicyResource[]> =>
    componentGraph(() => new ZipToLambdaPipeline("apps", { alarmActions: [], ...args }));
  const policyOf = (resources: PolicyResource[], name: string, type = "rolePolicy:RolePolicy") => {
    const found = resources.find((one) => one.name === name && one.type === `aws:iam/${type}`);
    return JSON.parse(String(found?.props.policy)) as Document;
  };
  const sids = (document: Document): string[] => document.Statement.map(({ Sid = "" }) => Sid);

  it("creates a bucket, two queues for uploads, a table, one role for apps and one worker", async () => {
    const resources = await graph();
    const namesOf = (type: string): string[] =>
      resources.filter((one) => one.type === `aws:${type}`).map(({ name }) => name);
    expect(namesOf("s3/bucket:Bucket")).to.deep.equal(["apps"]);
    expect(namesOf("sqs/queue:Queue")).to.have.members([
      "apps-uploads",
      "apps-uploads-dead",
      "apps-app-failures",
    ]);
    expect(namesOf("dynamodb/table:Table")).to.deep.equal(["apps-uploads"]);
    expect(namesOf("lambda/function:Function")).to.deep.equal(["apps-worker"]);
    expect(namesOf("iam/role:Role")).to.have.members(["apps-app-role", "apps-worker-role"]);
    for (const { type, parent, name } of resources)
      if (type.startsWith("aws:")) expect(parent, name).to.contain("ZipToLambdaPipeline");
  });

  it("notifies the queue only of zips in apps/, and of deletions when they matter", async () => {
    const notificationOf = async (args: ZipToLambdaPipelineArgs): Promise<object | undefined> => {
      const resources = await graph(args);
      return resources.find(({ type }) => type.endsWith(":BucketNotification"))?.props;
    };
    const only = { filterPrefix: "apps/", filterSuffix: ".zip" };
    expect((await notificationOf({}))?.["queues" as never]).to.have.length(1);
    expect((await notificationOf({}))?.["queues" as never][0]).to.deep.include({
      ...only,
      events: ["s3:ObjectCreated:*"],
    });
    expect((await notificationOf({ onDelete: "remove" }))?.["queues" as never][0]).to.deep.include({
      ...only,
      events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:DeleteMarkerCreated"],
    });
  });

  it("hides a message for six times the worker's timeout, and keeps dead letters longer", async () => {
    const resources = await graph({ verify: async () => true, verifyTimeout: 20 });
    const propsOf = (name: string): Record<string, unknown> =>
      resources.find((one) => one.name === name && one.type === "aws:sqs/queue:Queue")?.props ?? {};
    const worker = resources.find(
      (one) => one.name === "apps-worker" && one.type.endsWith(":Function"),
    );
    expect(worker?.props.timeout).to.equal(80);
    expect(propsOf("apps-uploads").visibilityTimeoutSeconds).to.equal(480);
    expect(propsOf("apps-uploads-dead").messageRetentionSeconds).to.equal(14 * 86_400);
    expect(propsOf("apps-uploads").messageRetentionSeconds).to.equal(undefined);
  });

  it("lets the worker pass functions only one role, whose boundary allows the same as its policy", async () => {
    const resources = await graph({
      appPermissions: [
        { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::catalogue/products.json"] },
      ],
    });
    const passes = policyOf(resources, "apps-worker-policy").Statement.filter(({ Action }) =>
      Action.includes("iam:PassRole"),
    );
    expect(passes).to.have.length(1);
    expect(passes[0]).to.deep.include({
      Action: ["iam:PassRole"],
      Condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
    });
    expect(passes[0]?.Resource).to.have.length(1);
    expect(JSON.stringify(passes[0]?.Resource)).to.contain("apps-app-role");
    const role = resources.find((one) => one.name === "apps-app-role");
    expect(role?.props.permissionsBoundary).to.contain("apps-boundary");
    const boundary = policyOf(resources, "apps-boundary", "policy:Policy");
    expect(boundary).to.deep.equal(policyOf(resources, "apps-app-policy"));
    expect(JSON.stringify(boundary)).to.contain("arn:aws:s3:::catalogue/products.json");
  });

  it("has a permission only when an argument needs it", async () => {
    const plain = sids(policyOf(await graph(), "apps-worker-policy"));
    const full = sids(
      policyOf(
        await graph({
          verify: async () => true,
          appDefaults: { http: "functionUrl", reservedConcurrency: 5 },
          apps: { web: { layers: ["arn:aws:lambda:eu-central-1:123456789012:layer:tools:1"] } },
          parameters: ["/shop/token"],
          secrets: ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-AbCdEf"],
        }),
        "apps-worker-policy",
      ),
    );
    const more = full.filter((sid) => !plain.includes(sid));
    expect(more).to.deep.equal([
      "ReadSettings",
      "Verify",
      "GiveAddresses",
      "Reserve",
      "UseLayers",
      "ReadParameters",
      "ReadSecrets",
    ]);
    expect(plain.every((sid) => full.includes(sid))).to.equal(true);
  });

  it("keeps the program's settings of apps in the bucket, because they may exceed the 4 KB of an environment", async () => {
    const names = Array.from({ length: 300 }, (_value, index) => `app-${index}`);
    const apps = Object.fromEntries(names.map((name) => [name, { memorySize: 512 }]));
    const resources = await graph({ apps, appDefaults: { timeout: 20 } });
    const kept = resources.find(({ type }) => type === "aws:s3/bucketObjectv2:BucketObjectv2");
    expect(kept?.props).to.include({ key: "settings/apps.json" });
    expect(JSON.parse(String(kept?.props.content))).to.deep.equal({
      appDefaults: { timeout: 20 },
      apps,
    });
    const worker = resources.find(
      ({ name, type }) => name === "apps-worker" && type.endsWith(":Function"),
    );
    expect(JSON.stringify(worker?.props.environment)).to.have.length.below(4096);
    const plain = await graph();
    expect(plain.filter(({ type }) => type.includes("bucketObject"))).to.deep.equal([]);
  });

  it("lets the worker change only functions that begin with its prefix", async () => {
    const { Statement } = policyOf(await graph(), "apps-worker-policy");
    const deploy = Statement.find(({ Sid }) => Sid === "DeployApps");
    expect(deploy?.Resource).to.deep.equal([
      "arn:aws:lambda:eu-central-1:123456789012:function:project-stack-apps-*",
    ]);
  });

  it("gives each uploader a role for its apps, and refuses uploads of all others", async () => {
    const subjects = ["repo:shop/web:*"];
    const resources = await graph({
      uploaders: {
        ci: { apps: ["web", "shop-*"], openIdConnect: { providerArn: OIDC, subjects } },
        ada: { apps: ["*"], principals: ["arn:aws:iam::123456789012:user/ada"] },
      },
    });
    const upload = policyOf(resources, "apps-ci-uploader").Statement[0];
    expect(upload).to.deep.include({ Sid: "Upload", Action: ["s3:PutObject"] });
    const objects = [upload?.Resource ?? []].flat().map((arn) => arn.replace(/^[^/]*/, ""));
    expect(objects).to.deep.equal(["/apps/web.zip", "/apps/shop-*.zip"]);
    const role = resources.find(
      ({ name, type }) => name === "apps-ci-uploader" && type.endsWith(":Role"),
    );
    expect(JSON.parse(String(role?.props.assumeRolePolicy))).to.deep.include({
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: OIDC },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
            StringLike: { "token.actions.githubusercontent.com:sub": subjects },
          },
        },
      ],
    });
    const bucketPolicy = (of: PolicyResource[]): Document =>
      JSON.parse(
        String(of.find(({ type }) => type.endsWith(":BucketPolicy"))?.props.policy),
      ) as Document;
    const [, only] = bucketPolicy(resources).Statement;
    expect(only).to.deep.include({ Sid: "UploadersOnly", Effect: "Deny", Action: "s3:PutObject" });
    expect(Object.values(Object(only?.Condition))).to.have.length(1);
    expect(JSON.stringify(only?.Condition)).to.match(/ci-uploader.*ada-uploader/);
    expect(sids(bucketPolicy(await graph()))).to.deep.equal(["TlsOnly"]);
  });

  describe("with storage: reference", () => {
    const instances = { vpcId: "vpc-1", subnetIds: ["subnet-1"] };
    const lifecycle = (resources: PolicyResource[]): Record<string, unknown>[] =>
      resources.find(({ type }) => type.endsWith(":BucketLifecycleConfiguration"))?.props
        .rules as Record<string, unknown>[];

    it("lets Lambda read zips, for the functions of the pipeline only", async () => {
      for (const [args, folders] of [
        [{}, ["apps"]],
        [{ worker: "instances", instances }, ["apps", "built"]],
      ] as const) {
        const resources = await graph({ storage: "reference", ...args } as ZipToLambdaPipelineArgs);
        const policy = resources.find(({ type }) => type.endsWith(":BucketPolicy"));
        const { Statement } = JSON.parse(String(policy?.props.policy)) as Document;
        expect(Statement[1]).to.deep.include({
          Sid: "LambdaReadsCode",
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: ["s3:GetObject", "s3:GetObjectVersion"],
          Condition: {
            ArnLike: {
              "aws:SourceArn":
                "arn:aws:lambda:eu-central-1:123456789012:function:project-stack-apps-*",
            },
          },
        });
        const objects = [Statement[1]?.Resource ?? []].flat();
        expect(objects.map((arn) => arn.replace(/^[^/]*/, ""))).to.deep.equal(
          folders.map((folder) => `/${folder}/*`),
        );
      }
    });

    it("expires only zips that the worker has marked as unused", async () => {
      for (const [args, prefixes] of [
        [{}, ["apps/"]],
        [{ worker: "instances", instances }, ["apps/", "built/"]],
      ] as const) {
        const rules = lifecycle(
          await graph({ storage: "reference", ...args } as ZipToLambdaPipelineArgs),
        );
        const expiring = rules.filter(
          (rule) => rule.noncurrentVersionExpiration ?? rule.expiration,
        );
        const code = expiring.filter((rule) => /apps|built/.test(JSON.stringify(rule.filter)));
        expect(code.map(({ filter }) => filter)).to.deep.equal(
          prefixes.map((prefix) => ({ and: { prefix, tags: { "aws-callbacks:unused": "true" } } })),
        );
        expect(code.some(({ expiration }) => expiration)).to.equal(false);
      }
    });

    it("adds one permission: to mark zips", async () => {
      const plain = sids(policyOf(await graph(), "apps-worker-policy"));
      const { Statement } = policyOf(await graph({ storage: "reference" }), "apps-worker-policy");
      const more = Statement.filter(({ Sid = "" }) => !plain.includes(Sid));
      expect(more).to.have.length(1);
      expect(more[0]?.Action).to.deep.equal([
        "s3:GetObjectVersionTagging",
        "s3:PutObjectVersionTagging",
      ]);
      expect(JSON.stringify(more[0]?.Resource)).to.match(/\/apps\/\*"\]$/);
    });
  });

  it("takes Outputs as variables of apps", () => {
    mockPulumi();
    const environment = { TOPIC: pulumi.output("arn"), TOKEN: pulumi.secret("t") };
    const create = (): unknown =>
      new ZipToLambdaPipeline("apps", {
        appDefaults: { environment },
        apps: { web: { environment } },
        alarmActions: [],
      });
    expect(create).not.to.throw();
  });

  describe("refuses", () => {
    before(() => void mockPulumi());

    for (const [what, args, says] of [
      ["an app that cannot be named so", { apps: { Web: {} } }, "allowed are the letters a to z"],
      [
        "an app whose name is too long",
        { apps: { ["a".repeat(46)]: {} } },
        "has 46 characters, allowed are 45",
      ],
      [
        "a REST API by name",
        { appDefaults: { http: "restApi" } },
        "the pipeline creates no REST API",
      ],
      ["a runtime of another kind", { appDefaults: { runtime: "ruby3.4" } }, "Node.js and Python"],
      ["a typing mistake", { apps: { web: { memory: 128 } } }, "apps.web.memory"],
      ["a time for no verify", { verifyTimeout: 10 }, "it belongs to verify"],
      [
        "a variable that Lambda keeps for itself",
        { appDefaults: { environment: { AWS_REGION: "eu-west-1" } } },
        "Lambda keeps AWS_ and LAMBDA_ for itself",
      ],
      [
        "a reference that the worker may not read",
        { apps: { web: { environment: { TOKEN: { parameter: "/shop/token" } } } } },
        "name the parameter in parameters as well",
      ],
      [
        "a wildcard for apps",
        { appPermissions: [{ actions: ["s3:*"], resources: ["*"] }] },
        "s3:*",
      ],
      [
        "a variable of one letter, which Lambda has none of",
        { appDefaults: { environment: { A: "x" } } },
        "allowed are two or more letters",
      ],
      [
        "a variable that is no text",
        { appDefaults: { environment: { PORT: 8080 } } },
        "appDefaults.environment.PORT: given number; give a text",
      ],
      [
        "uploaders of whom there are none: it would let everybody upload",
        { uploaders: {} },
        "uploaders: given {}; name at least one",
      ],
      [
        "an uploader without an app",
        { uploaders: { ci: { apps: [], principals: [ROLE] } } },
        "uploaders.ci.apps: given []; name at least one",
      ],
      [
        "uploaders of an app whose name leaves no room for that of its function",
        { uploaders: { ci: { apps: ["a".repeat(64)], principals: [ROLE] } } },
        `has 64 characters, allowed are`,
      ],
      [
        "an uploader whose role nobody takes",
        { uploaders: { ci: { apps: ["web"] } } },
        "say who may assume the role",
      ],
      [
        "a whole account that takes an uploader's role",
        { uploaders: { ci: { apps: ["web"], principals: ["arn:aws:iam::123456789012:root"] } } },
        "give the ARN of a role or user",
      ],
      [
        "an uploader of what names no app",
        { uploaders: { ci: { apps: ["../web"], principals: [ROLE] } } },
        "allowed are names of apps",
      ],
      ...["*", "repo:*", "repo:s*", "repo:sh?p/web"].map((subject) => [
        `everybody whom the subject ${subject} lets in as an uploader`,
        {
          uploaders: {
            ci: { apps: ["web"], openIdConnect: { providerArn: OIDC, subjects: [subject] } },
          },
        },
        "name the owner before the first *",
      ]),
      [
        "an address that everybody may call",
        { apps: { web: { http: "public" } } },
        "allowed are none, functionUrl",
      ],
      ["an unknown word for storage", { storage: "link" }, "allowed are copy, reference"],
      ["an unknown word for deletions", { onDelete: "archive" }, "allowed are keep, remove"],
    ] as [string, unknown, string][])
      it(what, () => {
        expect(() => new ZipToLambdaPipeline("apps", args as ZipToLambdaPipelineArgs)).to.throw(
          says,
        );
      });

    it("a component whose name is too long for the names of apps", () => {
      expect(() => new ZipToLambdaPipeline("a".repeat(42))).to.throw(/name: .*(leaves|at most)/);
    });
  });
});
