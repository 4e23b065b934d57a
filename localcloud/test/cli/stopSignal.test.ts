import { expect } from "chai";
import { type Stop, type StopOptions, untilStopped } from "../../cli/process/stopSignal";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

describe("A command's signals", () => {
  let removeListeners = (): void => undefined;
  let time = 0;
  const exits: number[] = [];
  const said: string[] = [];
  beforeEach(() => {
    time = 5_000;
    exits.length = 0;
    said.length = 0;
    const before = SIGNALS.map((name) => [name, process.listeners(name)] as const);
    const streams = [process.stdout, process.stderr] as const;
    const errors = streams.map((stream) => [stream, stream.listeners("error")] as const);
    removeListeners = () => {
      for (const [name, kept] of before)
        for (const listener of process.listeners(name))
          if (!kept.includes(listener)) process.off(name, listener);
      for (const [stream, kept] of errors)
        for (const listener of stream.listeners("error"))
          if (!kept.includes(listener)) stream.off("error", listener as () => void);
    };
  });
  afterEach(() => removeListeners());

  const listen = (options: StopOptions = {}): Stop =>
    untilStopped({
      now: () => time,
      exit: (code) => exits.push(code),
      say: (text) => said.push(text),
      ...options,
    });
  /** Mocha listens for no other signal than SIGINT. */
  const hangUp = (): boolean => process.emit("SIGHUP", "SIGHUP");
  const outputError = (code: string): boolean =>
    process.stdout.emit("error", Object.assign(new Error(code), { code }));

  it("stop it once; a second one exits at once where nothing is saved", async () => {
    const stopped = listen();
    hangUp();
    expect(await stopped.promise).to.equal("SIGHUP");
    expect([stopped.signal.aborted, stopped.exitCode(), exits]).to.deep.equal([true, 129, []]);
    hangUp();
    expect(exits).to.deep.equal([129]);
  });

  it("count as one for a second where state is saved: npm and the terminal both send Ctrl-C", () => {
    listen({ state: "folder" });
    for (const ms of [0, 1, 71, 900]) {
      time = 5_000 + ms;
      hangUp();
    }
    expect(exits).to.deep.equal([]);
    time = 6_000;
    hangUp();
    expect(exits, "the user does not want to wait").to.deep.equal([129]);
    expect(said).to.deep.equal([
      "localcloud: the state was not saved in folder, because a second SIGHUP ended it at once: it is as it was before this run.\n",
    ]);
  });

  it("exit without such a message after the state has been saved", () => {
    const stopped = listen({ state: "folder" });
    hangUp();
    stopped.saved();
    time += 1_000;
    hangUp();
    expect([exits, said]).to.deep.equal([[129], []]);
  });

  for (const code of ["EPIPE", "EIO"])
    it(`are not needed when nobody reads its output any more (${code}), which never exits at once`, () => {
      const stopped = listen({ state: "folder" });
      outputError(code);
      expect([stopped.signal.aborted, stopped.exitCode()]).to.deep.equal([true, 129]);
      expect(stopped.outputFailed()).to.equal(false);
      time += 10_000;
      outputError(code);
      outputError("ENOSPC");
      expect(exits).to.deep.equal([]);
    });

  it("are not needed when its output cannot be written, which is a failure", () => {
    const stopped = listen({ state: "folder" });
    outputError("ENOSPC");
    expect([stopped.signal.aborted, stopped.exitCode()]).to.deep.equal([true, 1]);
    expect(stopped.outputFailed()).to.equal(true);
    expect(said).to.deep.equal(["localcloud: cannot write the output: ENOSPC\n"]);
    expect(exits).to.deep.equal([]);
  });
});
