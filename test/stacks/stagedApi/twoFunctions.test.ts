import { UpdateStageCommand } from "@aws-sdk/client-api-gateway";
import { UpdateAliasCommand } from "@aws-sdk/client-lambda";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import type { Clients } from "../../../commands/stagedApis";
import type { Ran } from "../../support/programs/stagedApiCommands";
import { StagedStack } from "../../support/programs/stagedStack";

const template = (n: number): { RESPONSE_TEMPLATE: string } => ({
  RESPONSE_TEMPLATE: `{"n": ${n}}`,
});

/** The tests run in sequence on one stack; each leaves prod unchanged. */
describe("the commands of a StagedApi with a function for each stage", function () {
  this.timeout(180_000);
  let stack: StagedStack;
  let released = 1;
  before(async () => {
    stack = await StagedStack.start("twoFunctions", "hello");
    await stack.up(template(1));
  });
  after(() => stack.close());
  beforeEach(() => stack.up(template(++released)));
  afterEach(async () => {
    stack.commands.now = () => new Date();
    expect((await run("rollback hello")).error).to.equal(undefined);
    expect(await prod()).to.equal(1);
    await stack.expectEmptyDiff(template(released));
  });

  const run = (line: string): Promise<Ran> => stack.commands.run(line);
  const prod = async (): Promise<number> =>
    ((await (await fetch(`${stack.url("prod")}/`)).json()) as { n: number }).n;
  const moves = async (): Promise<number> =>
    (await run("history hello")).output.split("\n").filter((line) => line.includes("->")).length;

  it("let one of several promotions at once win, and tell the others", async () => {
    const before = await moves();
    // All of them have the same time.
    const now = new Date();
    stack.commands.now = () => now;
    const ran = await Promise.all([1, 2, 3].map(() => run("promote hello")));
    const errors = ran.flatMap(({ error }) => error ?? []);
    expect(errors).to.have.length(2);
    for (const error of errors)
      expect(error).to.match(/^Somebody (else moved|began)[^.]*; nothing was changed\./);
    expect(await prod()).to.equal(released);
    expect(await moves()).to.equal(before + 1);
  });

  for (const [step, client, Command, skip, updates] of [
    ["history was written", "ssm", PutParameterCommand, 0, 0],
    ["stage moved", "apiGateway", UpdateStageCommand, 0, 3],
    ["move was settled", "lambda", UpdateAliasCommand, 1, 3],
  ] as const)
    it(`complete what was killed before the ${step}, after five minutes`, async () => {
      const before = await moves();
      await killedAt(client, Command, skip);
      const meanwhile = /^Somebody began a promote of 'hello' \d+ seconds ago; nothing was changed/;
      for (const command of ["promote", "rollback"])
        expect((await run(`${command} hello`)).error).to.match(meanwhile);
      // Updates meanwhile delete nothing that it needs.
      const wanted = released;
      for (let update = 1; update <= updates; update += 1) await stack.up(template(++released));
      stack.commands.now = () => new Date(Date.now() + 6 * 60_000);
      const resumed = await run("promote hello");
      expect(resumed.error).to.equal(undefined);
      expect(resumed.output).to.contain("(unfinished)");
      expect(await prod()).to.equal(wanted);
      expect(await moves()).to.equal(before + 1);
    });

  it("undo what cannot be completed, and are ready for the next", async () => {
    await killedAt("ssm", PutParameterCommand, 0);
    // Only the journal knows of it yet, and an update cannot read the journal.
    for (let update = 1; update <= 3; update += 1) await stack.up(template(++released));
    stack.commands.now = () => new Date(Date.now() + 6 * 60_000);
    const { error } = await run("promote hello");
    expect(error).to.contain("The promote failed and prod is as it was");
    expect(await prod()).to.equal(1);
    expect((await run("promote hello")).error).to.equal(undefined);
    expect(await prod()).to.equal(released);
  });

  it("take an interrupted move over only once when several run at once", async () => {
    await killedAt("apiGateway", UpdateStageCommand, 0);
    const later = new Date(Date.now() + 6 * 60_000);
    stack.commands.now = () => later;
    const ran = await Promise.all([1, 2, 3].map(() => run("promote hello")));
    const errors = ran.flatMap(({ error }) => error ?? []);
    expect(errors).to.have.length(2);
    for (const error of errors)
      expect(error).to.match(/^Somebody (else moved|began)[^.]*; nothing was changed\./);
    expect(await prod()).to.equal(released);
  });

  /** Runs a promotion whose process dies when it makes this call: the call is never sent, and nothing follows. */
  async function killedAt(
    name: "ssm" | "apiGateway" | "lambda",
    Command: new (input: never) => object,
    skip: number,
  ): Promise<void> {
    const client = stack.commands.clients[name] as { send: Clients["ssm"]["send"] };
    const send = client.send.bind(client);
    let seen = 0;
    const killed = new Promise<void>((resolve) => {
      client.send = ((command: object) => {
        if (!(command instanceof Command) || seen++ < skip) return send(command as never);
        resolve();
        return new Promise(() => undefined);
      }) as typeof send;
    });
    void run("promote hello");
    await killed;
    client.send = send;
  }
});
