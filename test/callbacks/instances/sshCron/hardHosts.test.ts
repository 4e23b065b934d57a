import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { expect } from "chai";
import { utils } from "ssh2";
import { runJob } from "../../../../callbacks/instances/sshCron/runJob";
import { pinOf } from "../../../../callbacks/instances/sshCron/ssh/hostKeys";
import { newKeyPair, readPrivateKey } from "../../../../callbacks/instances/sshCron/ssh/privateKey";
import { runOf } from "./runOf";
import { exits, type SshServer, type SshServerOptions, startSshServer } from "./sshServer";

const ec = (namedCurve: string) => (): KeyObject =>
  generateKeyPairSync("ec", { namedCurve }).privateKey;
const KEYS: Record<string, () => KeyObject> = {
  Ed25519: () => generateKeyPairSync("ed25519").privateKey,
  RSA: () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
  "ECDSA P-256": ec("P-256"),
  "ECDSA P-384": ec("P-384"),
  "ECDSA P-521": ec("P-521"),
};

/** The only algorithms that a host offers, and the expected reason. */
const OLD: [string, NonNullable<SshServerOptions["algorithms"]>, RegExp][] = [
  ["ciphers of CBC", { cipher: ["aes128-cbc", "3des-cbc"] }, /no matching .*cipher/i],
  ["SHA-1 and MD5 for its messages", { hmac: ["hmac-sha1", "hmac-md5"] }, /no matching .*MAC/i],
  ["groups of 1024 bits", { kex: ["diffie-hellman-group1-sha1"] }, /no matching key exchange/i],
  ["compressed packets, which grow", { compress: ["zlib@openssh.com"] }, /no matching .*compress/i],
  ["SHA-1 in its exchange", { kex: ["diffie-hellman-group14-sha1"] }, /no matching key exchange/i],
];

describe("SshCron: keys and hosts of every kind", function () {
  this.timeout(30_000);
  const open: SshServer[] = [];
  const start = async (options: SshServerOptions): Promise<SshServer> => {
    const server = await startSshServer(options);
    open.push(server);
    return server;
  };
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  for (const [kind, make] of Object.entries(KEYS))
    it(`logs in with a PKCS#8 key (${kind})`, async () => {
      const pem = String(make().export({ type: "pkcs8", format: "pem" }));
      const read = readPrivateKey(pem);
      if ("problem" in read) throw new Error(read.problem);
      const parsed = utils.parseKey(read.privateKey);
      if (parsed instanceof Error) throw parsed;
      const line = pinOf(parsed.getPublicSSH());
      const host = await start({ authorizedKeys: () => [line], run: exits(0) });
      const { run } = runOf(host);
      const destination = { ...run.destination, privateKeys: [read.privateKey] };
      expect(await runJob({ ...run, destination })).to.deep.include({ state: "ok" });
    });

  for (const [what, algorithms, reason] of OLD)
    it(`is unreachable when a host only offers ${what}`, async () => {
      // A cipher with built-in authentication needs no MAC algorithm.
      const cipher = algorithms.hmac ? { cipher: ["aes128-ctr" as const] } : {};
      const host = await start({ algorithms: { ...cipher, ...algorithms }, run: exits(0) });
      const end = await runJob(runOf(host).run);
      expect(end.state).to.equal("unreachable");
      expect(end.reason).to.match(reason);
      expect([host.users, host.commands]).to.deep.equal([[], []]);
    });

  it("continues a run when the key is replaced during it, and uses the new key in the next", async () => {
    const [old, next] = [newKeyPair("old"), newKeyPair("next")];
    let accepted = [old.publicKey];
    const host = await start({
      authorizedKeys: () => accepted,
      run: (command, channel) => {
        accepted = [next.publicKey];
        exits(0)(command, channel, undefined as never);
      },
    });
    const { run } = runOf(host, { job: { commands: ["one", "two", "three"] } });
    const withKeys = (...privateKeys: string[]) => ({
      ...run,
      destination: { ...run.destination, privateKeys },
    });
    expect((await runJob(withKeys(old.privateKey))).state).to.equal("ok");
    expect((await runJob(withKeys(old.privateKey))).state).to.equal("authFailed");
    expect((await runJob(withKeys(old.privateKey, next.privateKey))).state).to.equal("ok");
    expect(host.commands).to.have.length(6);
  });

  it("reports an address that now belongs to another machine as a mismatch, and sends it nothing", async () => {
    const [known, other] = [await start({}), await start({})];
    const end = await runJob(runOf({ port: other.port, pin: known.pin }).run);
    expect(end.state).to.equal("hostKeyMismatch");
    expect([other.users, other.commands]).to.deep.equal([[], []]);
  });
});
