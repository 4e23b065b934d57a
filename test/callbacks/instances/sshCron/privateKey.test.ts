import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { expect } from "chai";
import { utils } from "ssh2";
import { pinOf } from "../../../../callbacks/instances/sshCron/ssh/hostKeys";
import { newKeyPair, readPrivateKey } from "../../../../callbacks/instances/sshCron/ssh/privateKey";

const PAIRS: Record<string, () => KeyObject> = {
  ed25519: () => generateKeyPairSync("ed25519").privateKey,
  "RSA of 2048 bits": () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
  "ECDSA P-256": () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
  "ECDSA P-521": () => generateKeyPairSync("ec", { namedCurve: "P-521" }).privateKey,
};

const pkcs8 = (key: KeyObject): string => String(key.export({ type: "pkcs8", format: "pem" }));

describe("SshCron: private keys", function () {
  this.timeout(30_000);
  for (const [kind, make] of Object.entries(PAIRS))
    it(`converts a PKCS#8 key (${kind}), which ssh2 refuses, into one with the same signatures`, () => {
      const key = make();
      expect(utils.parseKey(pkcs8(key))).to.be.instanceOf(Error);
      const read = readPrivateKey(pkcs8(key));
      if ("problem" in read) throw new Error(read.problem);
      const parsed = utils.parseKey(read.privateKey);
      if (parsed instanceof Error) throw parsed;
      const one = Array.isArray(parsed) ? parsed[0] : parsed;
      const data = Buffer.from("signed");
      const ofThis = createPublicKey(key).export({ type: "spki", format: "der" });
      const ofParsed = createPublicKey(one.getPublicPEM()).export({ type: "spki", format: "der" });
      expect(ofParsed.equals(ofThis)).to.equal(true);
      expect(one.verify(data, one.sign(data) as Buffer)).to.equal(true);
    });

  it("creates a hundred Ed25519 pairs whose parts match, whatever their padding", () => {
    for (let count = 0; count < 100; count += 1) {
      const { privateKey, publicKey } = newKeyPair("x".repeat(count));
      const parsed = utils.parseKey(privateKey);
      if (parsed instanceof Error) throw parsed;
      const one = Array.isArray(parsed) ? parsed[0] : parsed;
      expect(publicKey.startsWith(pinOf(one.getPublicSSH()))).to.equal(true);
      const data = Buffer.from("signed");
      expect(one.verify(data, one.sign(data) as Buffer)).to.equal(true);
    }
  });

  it("accepts keys in formats that ssh2 reads, with other line ends", () => {
    const { privateKey } = newKeyPair("as it is");
    const windows = `\n${privateKey.replaceAll("\n", "\r\n")}\r\n`;
    expect(readPrivateKey(windows)).to.deep.equal({ privateKey });
    const pkcs1 = String(PAIRS["RSA of 2048 bits"]().export({ type: "pkcs1", format: "pem" }));
    expect(readPrivateKey(pkcs1)).to.deep.equal({ privateKey: pkcs1 });
  });

  it("names what is wrong with a key, without any of it", () => {
    const key = PAIRS.ed25519();
    const encrypted = { cipher: "aes-256-cbc", passphrase: "secret" };
    const locked = String(key.export({ type: "pkcs8", format: "pem", ...encrypted }));
    const oldLocked = String(
      PAIRS["RSA of 2048 bits"]().export({ type: "pkcs1", format: "pem", ...encrypted }),
    );
    const { privateKey } = newKeyPair("x");
    const blob = Buffer.from(privateKey.replace(/-----.*-----/g, ""), "base64");
    blob.write("aes!", 19);
    const openSshLocked = privateKey.replace(/\n[^-]+\n/, `\n${blob.toString("base64")}\n`);
    const x25519 = pkcs8(generateKeyPairSync("x25519").privateKey);
    const broken = pkcs8(key).replace(/\n.{8}/, "\nAAAAAAAA");
    const cases: [string, RegExp][] = [
      ["", /not a private key in PEM form/],
      ["ssh-ed25519 AAAA", /not a private key in PEM form/],
      [locked, /passphrase/],
      [oldLocked, /passphrase/],
      [openSshLocked, /passphrase/],
      [x25519, /type x25519 is not for SSH/],
      [broken, /cannot be read/],
    ];
    for (const [text, problem] of cases) {
      const read = readPrivateKey(text);
      expect("problem" in read && read.problem, text).to.match(problem);
      const body = text.split("\n")[1] ?? "none";
      expect(JSON.stringify(read)).not.to.contain(body.slice(0, 16));
    }
    expect(createPrivateKey(pkcs8(key)).asymmetricKeyType).to.equal("ed25519");
  });
});
