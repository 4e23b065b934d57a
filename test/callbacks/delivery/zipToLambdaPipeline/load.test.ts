import { createHash } from "node:crypto";
import { expect } from "chai";
import { services } from "../../../../localcloud/services";
import { nodeApp } from "../../../support/zips/zipApp";
import { silenceConsole } from "../../../support/silenceConsole";
import { PipelineCloud } from "./pipelineCloud";

/** Number of apps in all pipelines, and uploads of each; `FUZZ=1` has the size of a large team's day. */
const [NAMES, VERSIONS] = process.env.FUZZ ? [200, 50] : [10, 4];
/** One upload in this many is not a zip. */
const POISON = process.env.FUZZ ? 100 : 10;
const PIPELINES = ["one", "two"];
/** Concurrent workers of each pipeline. */
const LANES = 4;
const KILLS = process.env.FUZZ ? 60 : 6;
/** Messages after which a new worker replaces a worker: kills are spread over the whole run. */
const LIFETIME = 50;
/** Most seconds by which a notification is late. */
const LATE = process.env.FUZZ ? 300 : 5;

/**
 * Lambda's control plane allows 15 calls a second in total, and 100 calls of GetFunction in addition.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const CONTROL_PLANE = {
  operations: [
    ...["CreateFunction", "UpdateFunctionCode", "UpdateFunctionConfiguration", "DeleteFunction"],
    ...["GetFunctionConfiguration", "PublishVersion", "ListVersionsByFunction"],
    ...["CreateAlias", "UpdateAlias", "GetAlias", "PutFunctionEventInvokeConfig"],
  ],
  burst: 15,
  refillPerSecond: 15,
  code: "TooManyRequestsException",
};
const GET_FUNCTION = {
  operations: ["GetFunction"],
  burst: 100,
  refillPerSecond: 100,
  code: CONTROL_PLANE.code,
};

interface Dropped {
  readonly pipeline: string;
  readonly app: string;
  readonly number: number;
  readonly isPoison: boolean;
}

describe("workers of two ZipToLambdaPipelines under load", function () {
  this.timeout(process.env.FUZZ ? 7_200_000 : 120_000);
  let apps: PipelineCloud;
  let speak: () => void;
  before(async () => {
    speak = silenceConsole();
    const limited = services.map((service) =>
      service.name === "lambda"
        ? { ...service, throttles: [CONTROL_PLANE, GET_FUNCTION] }
        : service,
    );
    apps = await PipelineCloud.start(PIPELINES, { services: limited });
    // Changes in Lambda take a moment.
    apps.lambda.changeDelayMs = 1500;
  });
  after(async () => {
    speak();
    await apps?.close();
  });

  const dropped = new Map<string, Dropped>();
  const bySha256 = new Map<string, Dropped>();
  /** Versions that LIVE of each function has had, and violations. */
  const lives = new Map<string, number[]>();
  const wrongs: string[] = [];
  let kills = 0;
  let isUploaded = false;

  /** Notifications of uploads arrive late, in any order, and one in five twice. */
  async function upload(): Promise<void> {
    const { random } = apps.time;
    for (let index = 0; index < NAMES * VERSIONS; index += 1) {
      const pipeline = PIPELINES[index % PIPELINES.length] ?? "";
      // The same names in both pipelines.
      const app = `app-${Math.floor((index % NAMES) / PIPELINES.length)}`;
      const number = Math.floor(index / NAMES) + 1;
      const isPoison = random() < 1 / POISON;
      const zip = isPoison ? Buffer.from(`poison ${index}`) : nodeApp(`"${pipeline} ${index}"`);
      const { versionId, notification } = await apps.put(pipeline, app, zip);
      const one = { pipeline, app, number, isPoison };
      dropped.set(versionId, one);
      bySha256.set(createHash("sha256").update(zip).digest("base64"), one);
      for (let times = random() < 0.2 ? 2 : 1; times > 0; times -= 1)
        await apps.send(pipeline, notification, Math.floor(random() * LATE));
      await apps.time.sleep(Math.floor(random() * 60));
    }
    isUploaded = true;
  }

  /** Checks LIVE after each call that may have moved it. */
  function watch(path: string): void {
    const [, functionName = "", pipeline = ""] =
      /\/functions\/(shop-dev-(\w+)-[\w-]+)\/aliases/.exec(path) ?? [];
    const found = apps.lambda.functions.get(functionName);
    const live = found?.aliases.get("LIVE");
    if (!found || !live) return;
    const { settings } = found.published.find(({ version }) => version === live.version) ?? {};
    const now = bySha256.get(settings?.code.sha256 ?? "");
    const before = lives.get(functionName) ?? [];
    const last = before.at(-1) ?? 0;
    if (now?.pipeline !== pipeline || now.isPoison || now.number < last)
      wrongs.push(`${functionName}: ${JSON.stringify(now)} after ${last}`);
    else if (now.number > last) lives.set(functionName, [...before, now.number]);
  }

  async function work(pipeline: string): Promise<void> {
    const { random } = apps.time;
    const born = () =>
      apps.environment(pipeline, {
        ...(kills < KILLS && random() < 0.5
          ? { killAfter: 1 + Math.floor(random() * 60), killBeforeEffect: random() < 0.5 }
          : {}),
        onCall: watch,
      });
    let environment = born();
    for (let count = 1; ; count += 1) {
      const handled = await apps.handleNext(pipeline, environment);
      if (handled === "killed") kills += 1;
      if (handled === "killed" || count % LIFETIME === 0) environment = born();
      if (handled !== "none") continue;
      if (isUploaded && (await apps.waiting(pipeline)) === 0) return;
      await apps.time.sleep(2000);
    }
  }

  it("finish every version deployed, superseded or rejected, and move LIVE only to newer ones", async () => {
    const lanes = PIPELINES.flatMap((name) => Array.from({ length: LANES }, () => work(name)));
    await apps.time.during(Promise.all([upload(), ...lanes]));
    expect(wrongs).to.deep.equal([]);
    for (const pipeline of PIPELINES) {
      expect(await apps.waiting(`${pipeline}-dead`), "dead letters").to.equal(0);
      const outcomes = await apps.outcomes(pipeline);
      const own = [...dropped].filter(([, one]) => one.pipeline === pipeline);
      expect(outcomes.size).to.equal(own.length);
      for (const [versionId, { app, isPoison }] of own)
        expect(outcomes.get(`${app} ${versionId}`), versionId).to.match(
          isPoison ? /^(superseded|rejected)$/ : /^(deployed|superseded)$/,
        );
    }
    for (const [functionName, had] of lives) {
      const [, pipeline, app] = /^shop-dev-(\w+)-(.+)$/.exec(functionName) ?? [];
      const good = [...dropped.values()].filter(
        (one) => one.pipeline === pipeline && one.app === app && !one.isPoison,
      );
      expect(had.at(-1), functionName).to.equal(Math.max(...good.map(({ number }) => number)));
    }
    expect(lives.size).to.equal(NAMES);
  });

  it("have met the situations that the test is meant to create", () => {
    const throttled = apps.cloud.recorder
      .find({ service: "lambda" })
      .filter(({ errorCode }) => errorCode === CONTROL_PLANE.code);
    expect(throttled.length, "throttled calls").to.be.above(0);
    expect(kills, "killed workers").to.be.above(0);
    expect([...lives.values()].some((had) => had.length > 1)).to.equal(true);
  });
});
