import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { WebhookRedeployer } from "../../../../components";

const common = { families: ["web-*"], passRoles: [], alarmActions: [] };
const docker = { ...common, repositories: ["acme/web"] };
const provider = new aws.Provider("ireland", { region: "eu-west-1" });

/** Gets pushes only from EventBridge. */
const ecr = new WebhookRedeployer("ecr", {
  ...common,
  repositories: ["123456789012.dkr.ecr.us-east-1.amazonaws.com/web"],
  senders: ["ecr"],
});

/** Its token is encrypted with a key of the program. */
const key = new aws.kms.Key("token", { enableKeyRotation: true });
const parameter = new aws.ssm.Parameter("token", {
  type: "SecureString",
  keyId: key.arn,
  value: pulumi.secret("0123456789abcdefghij"),
});
const keyed = new WebhookRedeployer("keyed", {
  ...docker,
  tokenParameter: parameter.name,
  tokenKey: key.arn,
});

/** Has more clusters than one rule can name, and a token of the program. */
const given = new WebhookRedeployer("given", {
  ...docker,
  clusters: Array.from({ length: 45 }, (_, i) => `production-cluster-${i}`),
  token: pulumi.secret(process.env.TOKEN ?? "first-token-0123456789"),
});

/** In another region. */
const ireland = new WebhookRedeployer("ireland", docker, { provider });

/** Refused once the Output is known: the ARN of a cluster is not a name. */
if (process.env.CLUSTER_ARN) {
  const { arn } = new aws.ecs.Cluster("main");
  new WebhookRedeployer("wrong", { ...docker, clusters: [arn] });
}

export const ecrOutputs = { webhookUrl: ecr.webhookUrl, signedUrl: ecr.signedUrl };
export const ackFunctionName = ecr.ack.name;
export const keyedUrl = keyed.webhookUrl;
export const keyedAckRole = keyed.ack.role.name;
export const tokenKeyId = key.keyId;
export const tokenParameterArn = parameter.arn;
export const givenUrl = given.webhookUrl;
export const irelandUrl = ireland.webhookUrl;
export const irelandToken = ireland.tokenParameter?.value;
