import { expect } from "chai";
import {
  createDeniedRetry,
  type DeniedRetry,
  DENIED_RETRY_TIME,
} from "../../../../callbacks/api/stagedApi/gates/deniedRetry";

const named = (name: string): Error => Object.assign(new Error(`is ${name}`), { name });

describe("the retry of denied calls in functions that an update calls", () => {
  let now: number;
  let waits: number[];
  let retry: DeniedRetry;
  beforeEach(() => {
    now = 1_000;
    waits = [];
    const sleep = (ms: number): Promise<void> => {
      waits.push(ms);
      now += ms;
      return Promise.resolve();
    };
    retry = createDeniedRetry({ now: () => now, sleep });
    retry.begin();
  });

  /** A call that fails until a given time. */
  const call = (error: Error, until: number): Promise<string> =>
    retry.middleware((answer: string) =>
      now < until ? Promise.reject(error) : Promise.resolve(answer),
    )("done");
  const failure = (error: Error): Promise<unknown> =>
    call(error, Number.POSITIVE_INFINITY).catch((reason: unknown) => reason);

  for (const name of ["AccessDeniedException", "AccessDenied"])
    it(`retries a call that is denied with ${name}, at growing intervals`, async () => {
      expect(await call(named(name), 8_000)).to.equal("done");
      expect(waits).to.deep.equal([500, 1_000, 2_000, 4_000]);
    });

  it("gives up half a minute after the run began, with AWS's error", async () => {
    const denied = named("AccessDeniedException");
    expect(await failure(denied)).to.equal(denied);
    expect(now).to.be.within(1_000 + DENIED_RETRY_TIME - 4_000, 1_000 + DENIED_RETRY_TIME);
    waits = [];
    expect(await failure(denied)).to.equal(denied);
    expect(waits.length).to.be.at.most(3);
    now += DENIED_RETRY_TIME;
    waits = [];
    expect(await failure(denied)).to.equal(denied);
    expect(waits).to.deep.equal([]);
    retry.begin();
    expect(await call(denied, now + 500)).to.equal("done");
  });

  it("leaves every other error alone", async () => {
    for (const error of [named("ResourceNotFoundException"), named("NotAccessDenied")])
      expect(await failure(error)).to.equal(error);
    expect(waits).to.deep.equal([]);
  });
});
