import * as path from "node:path";
import { Session } from "../localcloud/engine/session";
import type { Row } from "./packing";

const COUNTS = [1, 10, 50] as const;

/** Time of a whole deployment by number of instances of every component: it must grow at most linearly. */
export async function run(): Promise<{ title: string; rows: Row[] }> {
  const measured: { count: number; seconds: number; resources: number }[] = [];
  for (const count of COUNTS) measured.push({ count, ...(await deploy(count)) });
  const [one] = measured;
  return {
    title:
      "Deployment on the local cloud by instances of every component (seconds, start of program to outputs)",
    rows: measured.map(({ count, seconds, resources }) => {
      const growth = seconds / one.seconds;
      return {
        figure: `${count} of each, ${resources} resources / 1 of each`,
        ours: seconds.toFixed(1),
        theirs: one.seconds.toFixed(1),
        ratio: growth,
        bar: count === 1 ? undefined : `<= ${count}`,
        holds: count === 1 ? undefined : growth <= count,
      };
    }),
  };
}

async function deploy(instances: number): Promise<{ seconds: number; resources: number }> {
  process.env.BENCH_INSTANCES = String(instances);
  const session = await Session.start({ directory: path.join(__dirname, "programs/comments") });
  try {
    const started = performance.now();
    await session.deploy();
    return { seconds: (performance.now() - started) / 1000, resources: session.resources.length };
  } finally {
    delete process.env.BENCH_INSTANCES;
    await session.close();
  }
}
