import { WebhookRedeployer } from "../../../components";

// Families, clusters and services are made through the SDK, as those of a company that has them already.
const redeploy = new WebhookRedeployer("redeploy", {
  repositories: ["acme/web"],
  families: ["web-*"],
  passRoles: [],
  alarmActions: [],
});

export const webhookUrl = redeploy.webhookUrl;
export const tableName = redeploy.table.name;
export const pinPath = redeploy.pinPath;
