import { WebhookRedeployer } from "../../../components";

// Families, clusters and services are created through the SDK, like those of a company that already has them.
const redeploy = new WebhookRedeployer("redeploy", {
  repositories: ["acme/web"],
  families: ["web-*"],
  passRoles: [],
  alarmActions: [],
});

export const webhookUrl = redeploy.webhookUrl;
export const tableName = redeploy.table.name;
export const pinPath = redeploy.pinPath;
