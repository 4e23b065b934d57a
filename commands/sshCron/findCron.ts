import { paginateGetParametersByPath, type SSMClient } from "@aws-sdk/client-ssm";
import { CRON_RECORDS, type CronRecord } from "../../callbacks/instances/sshCron/cronRecord";
import { CommandError } from "../commandError";

/** Which job to use. */
export interface CronQuery {
  readonly cron: string;
  readonly project?: string;
  readonly stack?: string;
}

export interface FoundCron extends CronRecord {
  readonly name: string;
}

/** @throws CommandError if there is none of that name, or more than one. */
export async function findCron(ssm: SSMClient, query: CronQuery): Promise<FoundCron> {
  const found: (FoundCron & { project: string; stack: string })[] = [];
  const pages = paginateGetParametersByPath(
    { client: ssm },
    { Path: CRON_RECORDS, Recursive: true },
  );
  for await (const { Parameters = [] } of pages)
    for (const { Name = "", Value = "" } of Parameters) {
      const [, , project = "", stack = "", name = ""] = Name.split("/");
      found.push({ ...(JSON.parse(Value) as CronRecord), project, stack, name });
    }
  const matching = found.filter(
    ({ name, project, stack }) =>
      name === query.cron &&
      [undefined, project].includes(query.project) &&
      [undefined, stack].includes(query.stack),
  );
  const [first, second] = matching;
  if (first && !second) return first;
  if (second) {
    const places = matching.map(({ project, stack }) => `${project}/${stack}`).join(", ");
    throw new CommandError(
      `There are several jobs '${query.cron}' (${places}); give --project or --stack.`,
    );
  }
  const names = found.map(({ name, project, stack }) => `${name} (${project}/${stack})`).join(", ");
  throw new CommandError(`There is no SshCron '${query.cron}'; there is: ${names || "none"}.`);
}
