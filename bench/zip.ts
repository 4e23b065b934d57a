import { countCalls, leastCalls } from "../test/support/programs/pipelineLeastCalls";
import { PipelineProgram } from "../test/support/programs/pipelineProgram";
import { nodeApp } from "../test/support/zips/zipApp";
import { inspectLarge, LARGE_BYTES, MB } from "../test/support/zips/zipInspection";
import type { Row } from "./packing";
import { bounded, exact, figure } from "./rows";

/** Most milliseconds from PutObject to LIVE, and most of the cloud's time between two checks. */
const MOST_MS = 15_000;
const LOOK_MS = 20;

/** Measures uploads through the bucket, the queue and the deployed worker, and the inspection of a large zip alone. */
export async function run(): Promise<{ title: string; rows: Row[] }> {
  const apps = await PipelineProgram.start();
  try {
    const title =
      "ZipToLambdaPipeline: one upload, deployed worker; calls without those that ask how far Lambda is";
    return {
      title,
      rows: [
        bounded(
          "ms from PutObject to LIVE, first upload, cold / allowed",
          await toLive(apps, 1),
          MOST_MS,
          1,
        ),
        bounded(
          "ms from PutObject to LIVE, update, warm / allowed",
          await toLive(apps, 2),
          MOST_MS,
          1,
        ),
        ...(await calls(apps)),
        ...(await inspection()),
      ],
    };
  } finally {
    await apps.close();
  }
}

async function toLive(apps: PipelineProgram, number: number): Promise<number> {
  const begin = performance.now();
  await apps.drop("timed", nodeApp(String(number)));
  while ((await apps.live("timed")) !== String(number)) {
    if (performance.now() - begin > 4 * MOST_MS) throw new Error("It is not live after a minute.");
    await apps.cloud.clock.advance(LOOK_MS);
  }
  const milliseconds = performance.now() - begin;
  await apps.settle();
  return milliseconds;
}

async function calls(apps: PipelineProgram): Promise<Row[]> {
  const upload = (body: string): Promise<string[]> =>
    apps.callsWhile(() => apps.drop("counted", nodeApp(body)));
  await upload("1");
  const update = countCalls(await upload("2"), leastCalls.update);
  const same = countCalls(await upload("2"), leastCalls.sameZip);
  const [body] = apps.cloud.recorder
    .find({ service: "sqs", operation: "SendMessage" })
    .filter(({ principal }) => principal.type === "service")
    .map(({ input }) => (input as { MessageBody: string }).MessageBody)
    .slice(-1);
  const again = await apps.callsWhile(() => apps.send(body ?? ""));
  const times = (all: readonly string[], one: string): number =>
    all.filter((other) => other === one).length;
  return [
    bounded("AWS calls of an update / least possible", update.own.length, update.least.length),
    ...[...new Set([...update.own, ...update.least])].map((one) =>
      figure(`  ${one}`, times(update.own, one), times(update.least, one)),
    ),
    bounded("AWS calls of the same zip again / least possible", same.own.length, same.least.length),
    exact("AWS calls of a notification that comes again", again.length, 1),
  ];
}

async function inspection(): Promise<Row[]> {
  const { milliseconds } = await inspectLarge(false);
  const { most } = await inspectLarge(true);
  return [
    figure("ms to inspect a zip of 50 MB / a second", milliseconds, 1000),
    bounded("MB held while it is inspected / MB of the zip", most / MB, LARGE_BYTES / MB, 0.5),
  ];
}
