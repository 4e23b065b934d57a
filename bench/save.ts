// How soon a saved change is served: stack dev, one line of a callback, from the write of the file to the first answer
// of the new code, and to the end of the update, which checks everything else.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { type SourceWatch, watchSources } from "../localcloud/cli/up/watch";
import { ROOT_CREDENTIALS, Session } from "../localcloud/engine/session";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { copyDevProgram } from "./devProgram";
import type { Row } from "./packing";

const FILE = "callbacks/demo/trace.ts";
const SAVES = Number(process.env.BENCH_SAVES ?? 20);
/**
 * Time between two saves, in which a developer reads the answer. If there is much garbage, the program's process collects
 * it then; a save that comes at once waits for that too.
 */
const PAUSE_MS = 500;
/** Median, on 2 quiet cores; reported, and not enforced as a limit until it is reached. */
const AIM_MS = 1_000;

export async function run(): Promise<{ title: string; rows: Row[] }> {
  const directory = copyDevProgram("save");
  const session = await Session.start({ directory, programHost: "reused" });
  const saves = new Saves(session, directory);
  try {
    const { outputs } = await session.deploy();
    const times: Times[] = [];
    // The first save is a warm-up.
    for (let save = 0; save <= SAVES; save++) {
      await new Promise((over) => setTimeout(over, PAUSE_MS));
      times.push(await saves.timesOf(`saved-${save}`, String(outputs.traceFunctionName)));
    }
    const answered = times.slice(1).map(({ answeredMs }) => answeredMs);
    const updated = times.slice(1).map(({ updatedMs }) => updatedMs);
    return {
      title: `from a saved line of stack dev to its answer, ${SAVES} times`,
      rows: [
        { ...row("ms to the answer, median", median(answered)), bar: `aim ${AIM_MS}` },
        row("ms to the answer, fastest", Math.min(...answered)),
        row("ms to the answer, slowest", Math.max(...answered)),
        row("ms to the end of the update, median", median(updated)),
      ],
    };
  } finally {
    await saves.close();
    await session.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Times {
  readonly answeredMs: number;
  readonly updatedMs: number;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
}

/** Saves a file like a developer does, and waits for the effects. */
class Saves {
  private readonly sources: SourceWatch;
  private readonly client: LambdaClient;
  private deployed: () => void = () => undefined;

  constructor(
    session: Session,
    private readonly directory: string,
  ) {
    const { endpoint, defaultRegion: region } = session.cloud;
    this.client = new LambdaClient({ endpoint, region, credentials: ROOT_CREDENTIALS });
    const apply = async (): Promise<void> => {
      await session.deploy();
      this.deployed();
    };
    this.sources = watchSources(directory, apply, (error) => {
      throw error;
    });
  }

  async timesOf(word: string, FunctionName: string): Promise<Times> {
    const file = path.join(this.directory, FILE);
    const text = readFileSync(file, "utf8").replace(
      /return \{ event.*?,/,
      `return { event: "${word}",`,
    );
    const deployed = new Promise<void>((resolve) => (this.deployed = resolve));
    const started = performance.now();
    writeFileSync(file, text);
    const since = (): number => performance.now() - started;
    const [answeredMs, updatedMs] = await Promise.all([
      this.untilAnswered(word, FunctionName).then(since),
      deployed.then(since),
    ]);
    return { answeredMs, updatedMs };
  }

  /** Calls repeatedly until the answer contains the word. */
  private async untilAnswered(word: string, FunctionName: string): Promise<void> {
    for (let answer = ""; !answer.includes(word); await new Promise((ask) => setTimeout(ask, 20))) {
      const command = new InvokeCommand({ FunctionName, Payload: "{}" });
      answer = (await this.client.send(command)).Payload?.transformToString() ?? "";
    }
  }

  async close(): Promise<void> {
    await this.sources.close();
    this.client.destroy();
  }
}

function row(figure: string, ms: number): Row {
  return { figure, ours: ms.toFixed(0), theirs: String(AIM_MS), ratio: ms / AIM_MS };
}
