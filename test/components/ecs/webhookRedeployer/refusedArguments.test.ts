import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { WebhookRedeployer, type WebhookRedeployerArgs } from "../../../../components";
import {
  checkedClusters,
  checkedKey,
  checkedToken,
} from "../../../../components/ecs/webhookRedeployer/checks";
import { ACCOUNT, mockPulumi, unwrap } from "../../../support/graph/pulumiMocks";
import { IN_ECR, least, secret } from "./args";

const refused: [args: object, ...says: string[]][] = [
  [{ repositories: [] }, "repositories: given []", "at least one"],
  [{ repositories: ["acme/web:1"] }, "repositories[0]", '"acme/web:1"', "without a tag"],
  [{ repositories: ["Acme/Web!"] }, "repositories[0]"],
  [{ families: undefined }, "families", "at least one"],
  [{ families: ["*"] }, "families[0]", '"*"'],
  [{ families: ["web-*-x"] }, "families[0]"],
  [{ passRoles: undefined }, "passRoles", "or [] for none"],
  [{ clusters: [] }, "clusters: given []"],
  [{ clusters: ["arn:aws:ecs:x:1:cluster/main"] }, "clusters[0]", "not ARNs"],
  [{ tagPolicy: { semver: "one" } }, "tagPolicy", '"one"'],
  [{ tagPolicy: { glob: "a", semver: "1" } }, "tagPolicy"],
  [{ tagPolicy: ["a b"] }, "tagPolicy[0]", '"a b"'],
  [{ tagPolicy: {} }, "tagPolicy: given {}"],
  [{ senders: [] }, "senders: given []"],
  [{ senders: ["gitlab"] }, "senders[0]", "dockerHub, ecr, generic"],
  [
    { senders: ["dockerHub", "ecr"] },
    'senders: given ["dockerHub","ecr"]',
    "at least one of the repositories must be in ECR",
  ],
  [{ senders: ["ecr"], repositories: [IN_ECR], token: secret }, "token", "there is no API"],
  [
    { senders: ["ecr"], repositories: [IN_ECR], stageName: "v2" },
    "stageName",
    "no sender uses the API",
  ],
  [{ token: secret, tokenParameter: "mine" }, "token", "give one of them"],
  [
    { token: undefined, tokenParameter: "arn:aws:ssm:eu-central-1:123456789012:parameter/x" },
    "tokenParameter: given an ARN",
    "give the name of a parameter",
  ],
  [{ token: undefined, tokenParameter: "" }, "tokenParameter: given another text"],
  [{ debounceSeconds: 901 }, "debounceSeconds: given 901", "from 0 to 900"],
  [{ keepRevisions: 1 }, "keepRevisions: given 1", "from 2 to 1000"],
  [{ maximumConcurrency: 1 }, "maximumConcurrency: given 1"],
  [{ restart: "stop" }, 'restart: given "stop"', "rolling, stopTasks"],
  [{ answerCallback: "yes" }, "answerCallback"],
  [{ reportPinnedTargets: 1 }, "reportPinnedTargets"],
  [{ pinPath: "/aws/images" }, "pinPath", "do not begin with aws"],
  [{ pinPath: "images" }, "pinPath"],
  [{ pinPath: "/a".repeat(14) }, "pinPath", "of at most 13 levels"],
  [{ passRoles: [null] }, "passRoles[0]: given null", "give the ARN of a role"],
  [{ passRoles: ["task"] }, 'passRoles[0]: given "task"', "give the ARN of a role"],
  [{ families: [pulumi.output("web")] }, "families[0]: given an Output", "names of families"],
  [{ repositories: [pulumi.output("acme/web")] }, "repositories[0]: given an Output"],
  [{ clusters: pulumi.output(["demo"]) }, "clusters: given an Output"],
  [{ stageName: "a/b" }, "stageName"],
  [{ logRetentionInDays: 31 }, "logRetentionInDays: given 31"],
  [{ repository: "acme/web" }, "repository", "allowed names are"],
];

describe("WebhookRedeployer", () => {
  beforeEach(() => {
    mockPulumi();
  });

  for (const [args, ...says] of refused)
    it(`refuses ${says.join(", ")}`, () => {
      const make = (): unknown =>
        new WebhookRedeployer("redeploy", { ...least, ...args } as WebhookRedeployerArgs);
      expect(make).to.throw(pulumi.ResourceError);
      for (const text of says) expect(make).to.throw(text);
    });

  it("refuses a token that is not a secret, or could be guessed", async () => {
    const stack = new pulumi.ComponentResource("test:index:Stack", "stack");
    const reason = (token: pulumi.Input<string>): Promise<string> =>
      unwrap(checkedToken(stack, token)).catch((error: Error) => error.message);
    expect(await reason("0123456789abcdefghij")).to.contain("given a value that is not a secret");
    for (const text of [
      "short",
      "with spaces in it 012345",
      "a".repeat(16) + ",",
      "a/b".repeat(9),
    ]) {
      const message = await reason(pulumi.secret(text));
      expect(message, text).to.contain("token: given another form");
      expect(message).to.not.contain(text);
    }
    expect(await reason(pulumi.secret(`${"a".repeat(16)},${"b".repeat(20)}`))).to.contain("aaaa");
  });

  it("refuses an alias or an id as the token's key, since IAM grants need an ARN", async () => {
    const stack = new pulumi.ComponentResource("test:index:Stack", "stack");
    for (const key of ["alias/token", "1234abcd", `arn:aws:kms:eu-central-1:${ACCOUNT}:alias/x`]) {
      const reason = await unwrap(checkedKey(stack, key)).catch((error: Error) => error.message);
      expect(reason).to.contain(`tokenKey: given "${key}"; allowed is the ARN of a key`);
    }
  });

  it("refuses a cluster ARN in an Output once it is known, and accepts a name", async () => {
    const stack = new pulumi.ComponentResource("test:index:Stack", "stack");
    const arn = `arn:aws:ecs:eu-central-1:${ACCOUNT}:cluster/main`;
    const [name, wrong] =
      checkedClusters(stack, [pulumi.output("main"), pulumi.output(arn)])?.map((cluster) =>
        unwrap(pulumi.output(cluster)),
      ) ?? [];
    expect(await name).to.equal("main");
    const reason = await wrong.catch((error: Error) => error.message);
    expect(reason).to.equal(
      `clusters[1]: given "${arn}"; allowed are names of clusters, not ARNs.`,
    );
  });
});
