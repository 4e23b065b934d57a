import { expect } from "chai";
import { parse } from "yaml";
import { previewConfig } from "../../scripts/preview-config";
import { decryptSecure } from "../../localcloud/engine/project/secure";

const TEXT = `# Of the team.
secretsprovider: awskms://alias/pulumi?region=us-east-1
encryptedkey: AQICAHg=
config:
  aws:region: us-east-1 # near
  shop:days: 7
  shop:token:
    secure: AAABAOnZ
  shop:nested:
    list: [one, { secure: v1:nonce:text }]
    secure: not a secret
    other: true
`;

interface Settings {
  encryptionsalt: string;
  config: Record<string, unknown> & { "shop:token": { secure: string } };
}

describe("Configuration of a preview without keys", () => {
  const read = (text: string, stack: string) => parse(previewConfig(text, stack)) as Settings;

  it("has an invented secret instead of each real one, and can only decrypt with the empty passphrase", () => {
    const { config, ...rest } = read(TEXT, "dev");
    expect(rest).to.have.all.keys("encryptionsalt");
    const decrypt = (ciphertext: string): string =>
      decryptSecure(ciphertext, {
        salt: rest.encryptionsalt,
        passphrase: "",
        key: "k",
        stack: "dev",
      });
    expect(decrypt(config["shop:token"].secure)).to.equal("secret");
    const { list, ...nested } = config["shop:nested"] as { list: [string, { secure: string }] };
    expect(decrypt(list[1].secure)).to.equal("secret");
    expect(nested).to.deep.equal({ secure: "not a secret", other: true });
    expect(list[0]).to.equal("one");
  });

  it("replaces the salt of an unknown passphrase", () => {
    const salted = "encryptionsalt: v1:old:v1:nonce:text\nconfig:\n  a:b:\n    secure: v1:x:y\n";
    const first = previewConfig(salted, "dev");
    expect(first.match(/encryptionsalt/g)).to.have.length(1);
    expect(first).to.not.include("v1:old");
    // Applied twice, because every preview configures the base branch.
    expect(previewConfig(first, "dev").match(/encryptionsalt/g)).to.have.length(1);
  });

  it("names a network where prod would create one, and keeps a configured one", () => {
    const network = "aws-callbacks:network";
    expect(read("config:\n  a:b: 1\n", "prod").config[network]).to.have.all.keys(
      "subnetIds",
      "securityGroupIds",
    );
    expect(read("", "prod").config).to.have.property(network);
    expect(read(TEXT, "dev").config).to.not.have.property(network);
    const named = `config:\n  ${network}: { subnetIds: [subnet-1] }\n`;
    expect(read(named, "prod").config[network]).to.deep.equal({ subnetIds: ["subnet-1"] });
  });
});
