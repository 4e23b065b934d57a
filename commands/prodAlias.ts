import type { AliasConfiguration } from "@aws-sdk/client-lambda";
import { readRelease, updateAlias } from "../callbacks/api/stagedApi/releases/releases";
import { CommandError } from "./commandError";
import { type Clients, type DeployedApi, pointersOf } from "./stagedApis";

type Change = Parameters<typeof updateAlias>[2] & { description: string };

/**
 * Changes alias PROD in the revision that a plan was made from.
 *
 * @throws CommandError when somebody else has changed it since.
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
    // The change was made, its answer was lost, and what conflicts is its second try.
    if (alias.Description === change.description) return alias;
    throw new CommandError(
      `Somebody else moved prod of '${api.name}' at the same time; nothing was changed. Look, and try again.`,
    );
  }
}
