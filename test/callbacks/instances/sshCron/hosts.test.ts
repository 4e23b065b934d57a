import { EC2Client } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { findHosts } from "../../../../callbacks/instances/sshCron/hosts";
import { pinsFor, type SshCronSettings } from "../../../../callbacks/instances/sshCron/settings";
import { logKey } from "../../../../callbacks/instances/sshCron/worker";

const [ONE, OTHER, THIRD] = ["A", "B", "C"].map((letter) => `SHA256:${letter.repeat(43)}`);

describe("SshCron: static hosts", () => {
  it("separates those with one name and several ports, each with its own keys and log", async () => {
    const staticHosts = [
      { host: "bastion", pins: [ONE] },
      { host: "bastion", port: 2222, pins: [OTHER] },
      { host: "2001:db8::1", port: 2222, pins: [THIRD] },
    ];
    const settings = { staticHosts, pins: {} } as unknown as SshCronSettings;
    const found = await findHosts(new EC2Client({ region: "eu-central-1" }), settings, {}, []);
    const shown = found.map((host) => [host.id, host.address, host.port, pinsFor(settings, host)]);
    expect(shown).to.have.deep.members([
      ["bastion", "bastion", 22, [ONE]],
      ["bastion:2222", "bastion", 2222, [OTHER]],
      ["[2001:db8::1]:2222", "2001:db8::1", 2222, [THIRD]],
    ]);
    const logs = found.map((host) => logKey("hello", { occurrence: "now", startBy: 0, host }));
    expect(new Set(logs).size).to.equal(3);
  });

  it("are not included by a `where` that returns a promise, which would be true for every host", async () => {
    const settings = {
      staticHosts: [{ host: "db", pins: [ONE] }],
      pins: {},
    } as unknown as SshCronSettings;
    // JavaScript, or a cast, gets past the types.
    const where = (() => Promise.resolve(false)) as unknown as () => boolean;
    const found = findHosts(new EC2Client({ region: "eu-central-1" }), settings, { where }, []);
    const error = await found.catch((reason: unknown) => reason);
    expect(String(error)).to.match(/where returned a promise; return the answer itself/);
  });
});
