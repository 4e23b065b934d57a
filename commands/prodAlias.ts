import type { AliasConfiguration } from "@aws-sdk/client-lambda";
import { readRelease, updateAlias } from "../callbacks/api/stagedApi/releases/releases";
import { CommandError } from "./commandError";
import { type Clients, type DeployedApi, pointersOf } from "./stagedApis";

type Change = Parameters<typeof updateAlias>[2] & { description: string };

/**
 * Changes alias PROD if it still has the revision that a plan was made from.
 *
 * @throws CommandError if somebody else has changed it since.
 */
export async function changeProdAlias(
  clients: Clients,
  api: DeployedApi,
  change: Change,
): Promise<AliasConfiguration> {
  const prod = pointersOf(api, "prod");
  try {
    return await updateAlias(clients, prod, change);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "PreconditionFailedException") throw error;
    const { alias } = await readRelease(clients, prod);
    // The first attempt succeeded but its answer was lost, so the retry conflicts.
    if (alias.Description === change.description) return alias;
    throw new CommandError(
      `Somebody else moved prod of '${api.name}' at the same time; nothing was changed. Check prod, then try again.`,
    );
  }
}

/** @throws CommandError if another version has a weight in prod that the commands did not set. */
export function refuseForeignWeights(
  { name, functionName = "" }: DeployedApi,
  { RoutingConfig }: AliasConfiguration,
): void {
  const weights = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {});
  const [version, weight] = weights.find(([, share]) => share > 0) ?? [];
  if (version === undefined || weight === undefined) return;
  const percent = Number((weight * 100).toFixed(2));
  throw new CommandError(
    `Somebody has given version ${version} a weight of ${percent} % on alias PROD of '${name}' without these commands: remove it ` +
      `first, with 'aws lambda update-alias --function-name ${functionName} --name PROD --routing-config ` +
      "AdditionalVersionWeights={}'.",
  );
}
