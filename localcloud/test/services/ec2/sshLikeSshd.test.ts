import type { Instance } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import type { Client } from "ssh2";
import { findSshd, Sshd } from "../../support/sshd";
import { connect, finished, newKey, open, run } from "./sshClient";
import { SshFleet } from "./sshFleet";

describe("A host of the local cloud, compared with a real sshd", () => {
  const file = findSshd();
  let f: SshFleet;
  let sshd: Sshd;
  let host: Instance;
  before(async function () {
    if (file === undefined) return this.skip();
    f = await SshFleet.start();
    [host] = await f.launch();
    sshd = await Sshd.start(file, [f.key.public]);
    return undefined;
  });
  after(async () => {
    await sshd?.stop();
    await f?.stop();
  });

  /** Returns the results of both servers. */
  async function both<Result>(ask: (client: Client) => Promise<Result>): Promise<Result[]> {
    const { port, user: username } = sshd;
    const real = await connect({ port, username, privateKey: f.key.private });
    const results = [await ask(real), await ask(await f.login(host))];
    real.end();
    f.endConnections();
    return results;
  }

  const commands = [
    "cat; echo to stderr >&2; exit 7",
    "kill -9 $$",
    "kill -TERM $$",
    "exit 137",
    "no-such-command 2>/dev/null",
    "printf 'a\\0b'; printf '\\377' | od -An -tx1",
    "(sleep 0.1; echo late) & exit 4",
    "sleep 1000 >/dev/null 2>&1 </dev/null & exit 5",
    "test -t 0; echo $?",
  ];
  for (const command of commands)
    it(`returns the same result for: ${command}`, async () => {
      const [real, ours] = await both((client) => run(client, command, "typed"));
      expect(ours).to.deep.equal(real);
    });

  it("refuses the same variables, and delivers the same signals", async () => {
    const [real, ours] = await both(async (client) => {
      const { channel } = await open(
        client,
        "trap 'echo got; exit 3' TERM; echo up; sleep 2 & wait",
      );
      channel.once("data", () => channel.signal("TERM"));
      const { stdout } = await finished(channel);
      const secret = await new Promise<string>((resolve) =>
        client.exec('echo "<$SECRET>"', { env: { SECRET: "x" } }, (error, one) => {
          if (error) return resolve(error.message);
          return void finished(one).then((result) => resolve(result.stdout));
        }),
      );
      return { stdout, secret };
    });
    expect(ours).to.deep.equal(real);
  });

  it("refuses the same keys", async () => {
    const { port, user: username } = sshd;
    const privateKey = newKey().private;
    const message = (error: Error) => error.message;
    const real = await connect({ port, username, privateKey }).then(() => "in", message);
    expect(await f.failure(host, { privateKey })).to.equal(real);
  });
});
