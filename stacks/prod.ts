import * as pulumi from "@pulumi/pulumi";
import { comments, greetingApi, type Outputs, redeployer } from "./common";
import { readShopSettings, type Settings } from "./settings";
import { Shop } from "./shop/shop";

/** The components that customers use. */
export function prod(settings: Settings): Outputs {
  const { service, ...shopSettings } = readShopSettings();
  const { url, tableName } = comments(settings);
  const greeting = greetingApi(settings);
  const outputs = {
    commentsUrl: url,
    commentsTableName: tableName,
    greetingStageUrl: greeting.stageUrl,
    greetingProdUrl: greeting.prodUrl,
    greetingFunctionName: greeting.functionName,
  };
  if (service) {
    if (shopSettings.network)
      void pulumi.log.info("The network of the configuration is not used: the service exists.");
    const { cluster, family, passRoles } = service;
    const { webhookUrl } = redeployer(settings, {
      clusters: [cluster],
      families: [family],
      passRoles: [...passRoles],
    });
    return { ...outputs, redeployWebhookUrl: webhookUrl };
  }
  const { logRetentionInDays } = settings;
  const shop = new Shop("shop", { ...shopSettings, logRetentionInDays });
  const { webhookUrl } = redeployer(settings, {
    clusters: [shop.cluster.name],
    families: [shop.family],
    passRoles: [shop.executionRole.arn],
  });
  return {
    ...outputs,
    redeployWebhookUrl: webhookUrl,
    shopClusterName: shop.cluster.name,
    shopServiceName: shop.serviceName,
  };
}
