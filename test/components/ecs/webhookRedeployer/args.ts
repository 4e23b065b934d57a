import * as pulumi from "@pulumi/pulumi";
import type { WebhookRedeployerArgs } from "../../../../components/ecs/webhookRedeployer/args";
import { ACCOUNT } from "../../../support/graph/pulumiMocks";

export const ROLE = `arn:aws:iam::${ACCOUNT}:role/task`;
export const least: WebhookRedeployerArgs = {
  repositories: ["acme/web"],
  families: ["web-*", "api"],
  passRoles: [ROLE],
  alarmActions: [],
};
export const IN_ECR = `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/team/web`;
export const secret = pulumi.secret("0123456789abcdefghij");
