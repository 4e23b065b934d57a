import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { SshCron, type SshCronArgs } from "../../../../components";
import { mockPulumi } from "../../../support/graph/pulumiMocks";
import { PIN, ARGS, BY_SSM } from "./args";

const SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ssh/key-a1b2c3";

describe("SshCron", () => {
  const PRIVATE = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA";
  const places: [string, Partial<Record<keyof SshCronArgs, unknown>>][] = [
    ["hostKeys", { hostKeys: PRIVATE }],
    ["hostKeys.pins", { hostKeys: { pins: PRIVATE } }],
    ["hostKeys.pins.i-1", { hostKeys: { pins: { "i-1": PRIVATE } } }],
    ["hostKeys.pins.i-1[0]", { hostKeys: { pins: { "i-1": [PRIVATE] } } }],
    ["hostKeys.pins.i-1[0]", { hostKeys: { pins: { "i-1": ["b3BlbnNzaC1rZXktdjEAAAAA"] } } }],
    ["targets.hostKeys[0]", { targets: { host: "db", hostKeys: [PRIVATE] } }],
    ["jumpHosts[0].hostKeys", { jumpHosts: [{ host: "db", hostKeys: PRIVATE }] }],
    ["key", { key: PRIVATE }],
    ["key.key", { key: { bucket: "b", key: PRIVATE } }],
    ["key.ssmParameter", { key: { ssmParameter: PRIVATE } }],
    ["key.secret", { key: { secret: PRIVATE } }],
    ["environment.KEY", { environment: { KEY: PRIVATE } }],
  ];
  for (const [index, [argument, args]] of places.entries())
    it(`never prints a private key that is passed as ${argument} by mistake (${index + 1})`, () => {
      mockPulumi();
      let shown = "";
      try {
        new SshCron("hello", { ...ARGS, ...args } as SshCronArgs);
      } catch (error) {
        shown = (error as Error).message;
      }
      expect(shown.startsWith(`${argument}: given `), shown).to.equal(true);
      expect(shown).not.to.contain("b3BlbnNz");
    });

  const ONLY_BY_SSH = {
    ...{ key: { instanceConnect: true }, network: ARGS.network, address: "private", port: 22 },
    ...{ jumpHosts: [], hostKeys: {}, pty: false, connectTimeout: 5 },
  } as const;
  const refused: [string, Partial<Record<keyof SshCronArgs, unknown>>, RegExp][] = [
    ["a schedule", { schedule: "every day" }, /^schedule: 'every day' is not a schedule/],
    ["a time zone", { timezone: "Mars" }, /'Mars' is not a time zone/],
    ["no target", { targets: [] }, /^targets: given \[\]; give at least one/],
    ["a target of two kinds", { targets: { tag: "a", value: "b", group: "c" } }, /tag and group/],
    [
      "a name where an id of an instance is due",
      { targets: { instances: ["web1"] } },
      /^targets\[0\]\.instances\[0\]: given "web1"; give the id of an instance, such as i-/,
    ],
    [
      "instances that are no list",
      { targets: { instances: "i-1" } },
      /instances: given "i-1"; list/,
    ],
    [
      "a filter without values",
      { targets: { filters: [{ name: "tag:Role" }] } },
      /^targets\[0\]\.filters: given a list; list filters of DescribeInstances/,
    ],
    ["targets that are none", { ...BY_SSM, targets: null }, /^targets\[0\]: given object; allowed/],
    ["a static host without a key", { targets: { host: "db" } }, /^targets\[0\]\.hostKeys: /],
    ["a user", { user: "root; id" }, /^user: given "root; id"/],
    ["no work", { commands: [] }, /^commands: given nothing; give commands, or a script/],
    ["an empty command", { commands: [" "] }, /^commands\[0\]: /],
    ["a key instead of its place", { key: "-----BEGIN" }, /never the key itself/],
    [
      "three keys",
      { key: [1, 2, 3].map((n) => ({ bucket: "b", key: `${n}` })) },
      /^key: given 3 places/,
    ],
    ["a job of 15 minutes", { timeout: 900 }, /^timeout: given 900; .*background: { poll: true }/],
    ["a pin", { hostKeys: { pins: { "i-1": ["MD5:00"] } } }, /^hostKeys\.pins\.i-1\[0\]: /],
    [
      "a public network without a reason",
      { network: { public: "" } },
      /give a sentence that says why/,
    ],
    ["no network", { network: undefined }, /^network: given undefined; give \{ vpcId/],
    [
      "Instance Connect without NAT",
      { key: { instanceConnect: true } },
      /^key: given instanceConnect in a VPC without internet access; .*keep the key in S3.*nat: true.*public/,
    ],
    ["a parameter without NAT", { key: { ssmParameter: "/k" } }, /Systems Manager, whose endpoint/],
    ["a secret without NAT", { key: { secret: SECRET } }, /Secrets Manager, whose endpoint/],
    ["a variable", { environment: { "A B": "x" } }, /^environment\.A B: /],
    ["a window", { window: { from: "25:00", to: "06:00" } }, /^window\.from: given "25:00"/],
    ["a wave of nobody", { batch: { size: 0 } }, /^batch\.size: given 0; allowed are whole hosts/],
    ["a share of hosts", { batch: { size: "110%" } }, /^batch\.size: given "110%"; allowed are 1%/],
    ["a batch without a size", { batch: {} }, /^batch\.size: given undefined/],
    [
      "a job in the background that is not asked after",
      { background: { timeout: 60 } },
      /^background\.poll: given undefined; allowed is true/,
    ],
    [
      "a job in the background that outlives what is looked for",
      { background: { poll: true, timeout: 86_400 } },
      /^background\.timeout: given 86400; allowed are 36000 seconds with rate\(15 minutes\)/,
    ],
    [
      "a window of nothing",
      { window: { from: "08:00", to: "08:00" } },
      /^window: .*from and to are equal/,
    ],
    [
      "a time zone of the window",
      { window: { from: "08:00", to: "09:00", timezone: "Mars" } },
      /^window\.timezone: 'Mars' is not a time zone/,
    ],
    [
      "a flexible window that is longer than a run may wait",
      { flexibleMinutes: 10, startWithin: 600 },
      /^flexibleMinutes: given 10; .*startWithin, 600 s/,
    ],
    [
      "a flexible window as long as the period",
      { flexibleMinutes: 15 },
      /^flexibleMinutes: given 15; the next occurrence of rate\(15 minutes\) comes 900 s after/,
    ],
    [
      "a host twice",
      {
        targets: [1, 2].map(() => ({ host: "db", hostKeys: [PIN] })),
      },
      /^targets\[1\]: given "db"; it is a target already/,
    ],
    [
      "Instance Connect for a host that is not an instance",
      {
        key: { instanceConnect: true },
        network: { public: "They are on the internet." },
        targets: { host: "db", hostKeys: [PIN] },
      },
      /^targets\[0\]\.host: given "db"; EC2 Instance Connect supports only instances/,
    ],
    [
      "Instance Connect through a jump host that is not said to be an instance",
      {
        key: { instanceConnect: true },
        network: { public: "They are on the internet." },
        jumpHosts: [{ host: "10.0.0.1", hostKeys: [PIN] }],
      },
      /^jumpHosts\[0\]\.host: given "10.0.0.1"; .*instanceId/,
    ],
    [
      "the ARN of a parameter",
      {
        key: { ssmParameter: "arn:aws:ssm:eu-central-1:123456789012:parameter/key" },
        network: { public: "They are on the internet." },
      },
      /^key\[0\]\.ssmParameter: given an ARN; give the name of a parameter/,
    ],
    [
      "the name of a secret",
      { key: { secret: "ssh/key" }, network: { public: "They are on the internet." } },
      /^key\[0\]\.secret: given another text; give the ARN of a secret/,
    ],
    ["a way that there is not", { transport: "telnet" }, /^transport: given "telnet"; /],
    ...["key", "network", "address", "port", "jumpHosts", "hostKeys", "pty", "connectTimeout"].map(
      (argument): (typeof refused)[number] => [
        `${argument} by Systems Manager`,
        { ...BY_SSM, [argument]: ONLY_BY_SSH[argument as keyof typeof ONLY_BY_SSH] },
        new RegExp(`^${argument}: given one beside transport: "ssm"; .*leave it out`),
      ],
    ),
    [
      "a host that is not an instance by Systems Manager",
      { ...BY_SSM, targets: { host: "db", hostKeys: [PIN] } },
      /^targets\[0\]: given a host that is not an instance; .*instances/,
    ],
    [
      "a long script by Systems Manager",
      { ...BY_SSM, script: { text: "#".repeat(16_385) } },
      /^script: given 16385 bytes; allowed are 16384 bytes with transport: "ssm"/,
    ],
    ["a script that is not there", { script: { file: "/none" } }, /^script\.file: .*ENOENT/],
    ["an unknown option", { retries: 3 } as never, /^retries: given "retries"; allowed names are/],
  ];
  for (const [what, args, message] of refused)
    it(`refuses ${what} at preview, in one sentence`, () => {
      mockPulumi();
      const build = (): unknown => new SshCron("hello", { ...ARGS, ...args } as SshCronArgs);
      expect(build).to.throw(pulumi.ResourceError, message);
    });
});
