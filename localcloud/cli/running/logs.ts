import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  paginateDescribeLogGroups,
} from "@aws-sdk/client-cloudwatch-logs";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { readable } from "../output/followLogs";
import { untilStopped } from "../process/stopSignal";
import { functionNamed, functionsInside, type RunningCloud } from "./runningCloud";

/** Milliseconds between requests for new lines. */
const POLL_MS = 250;

interface Line {
  readonly id: string;
  readonly time: number;
  readonly text: string;
}

/** Prints the logs of a function, of a component's functions or of everything; with `follow` until Ctrl-C. */
export async function logs(
  cloud: RunningCloud,
  { of, follow }: { readonly of: string | undefined; readonly follow: boolean },
  print: (line: string) => void,
): Promise<void> {
  const settings = await cloud.client();
  const client = new CloudWatchLogsClient(settings);
  const stopped = follow ? untilStopped() : undefined;
  const seen = new Set<string>();
  let since = 0;
  try {
    for (;;) {
      // New functions and APIs have new groups.
      const groups = of === undefined ? await allGroups(client) : await groupsOf(cloud, of);
      const lines = (await Promise.all(groups.map((group) => read(client, group, since)))).flat();
      lines.sort((one, other) => one.time - other.time);
      for (const { id, time, text } of lines) {
        if (!seen.has(id)) print(text);
        since = Math.max(since, time);
      }
      // The last millisecond is requested again, since more lines may have arrived in it.
      seen.clear();
      for (const { id, time } of lines) if (time === since) seen.add(id);
      if (!stopped || stopped.signal.aborted) return;
      await Promise.race([new Promise((done) => setTimeout(done, POLL_MS)), stopped.promise]);
    }
  } finally {
    client.destroy();
  }
}

async function allGroups(client: CloudWatchLogsClient): Promise<string[]> {
  const names: string[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {}))
    names.push(...logGroups.flatMap(({ logGroupName }) => logGroupName ?? []));
  return names;
}

async function groupsOf(cloud: RunningCloud, of: string): Promise<string[]> {
  const { resources = [] } = await cloud.program();
  const inside = functionsInside(of, resources);
  const functions = inside.length > 0 ? inside : [functionNamed(of, resources)];
  const lambda = new LambdaClient(await cloud.client());
  try {
    const found = functions.map(async ({ id }) => {
      const command = new GetFunctionConfigurationCommand({ FunctionName: id });
      const { LoggingConfig } = await lambda.send(command);
      return LoggingConfig?.LogGroup ?? `/aws/lambda/${id}`;
    });
    return await Promise.all(found);
  } finally {
    lambda.destroy();
  }
}

async function read(client: CloudWatchLogsClient, group: string, since: number): Promise<Line[]> {
  const lines: Line[] = [];
  let nextToken: string | undefined;
  do {
    const answer = await client
      .send(new FilterLogEventsCommand({ logGroupName: group, startTime: since, nextToken }))
      .catch((error: Error) => {
        // A function that has not run yet has no log group.
        if (error.name === "ResourceNotFoundException") return { events: [], nextToken: undefined };
        throw error;
      });
    for (const { eventId = "", timestamp = 0, message = "" } of answer.events ?? []) {
      const text = readable(message);
      if (text === undefined) continue;
      const time = new Date(timestamp).toISOString().slice(11, 23);
      lines.push({ id: eventId, time: timestamp, text: `${time} ${group} ${text.trimEnd()}` });
    }
    ({ nextToken } = answer);
  } while (nextToken !== undefined);
  return lines;
}
