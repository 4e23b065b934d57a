import { expect } from "chai";
import * as fc from "fast-check";
import {
  isTag,
  parseImage,
  parseRepository,
  withTag,
} from "../../../../callbacks/ecs/webhookRedeployer/images/imageReference";
import { runs } from "../../../../localcloud/test/support/runs";

const DIGEST = `sha256:${"a1".repeat(32)}`;

/** A reference, and the repository, tag and digest that registries read from it. */
const READ: [text: string, repository: string, tag?: string, digest?: string][] = [
  ["web", "docker.io/library/web"],
  ["library/web", "docker.io/library/web"],
  ["docker.io/web", "docker.io/library/web"],
  ["docker.io/library/web", "docker.io/library/web"],
  ["index.docker.io/web", "docker.io/library/web"],
  ["index.docker.io/library/web:1", "docker.io/library/web", "1"],
  ["acme/web", "docker.io/acme/web"],
  ["acme/web:1.0", "docker.io/acme/web", "1.0"],
  ["docker.io/acme/web", "docker.io/acme/web"],
  ["index.docker.io/acme/web", "docker.io/acme/web"],
  ["acme/web2", "docker.io/acme/web2"],
  ["ghcr.io/acme/web", "ghcr.io/acme/web"],
  ["localhost/web", "localhost/web"],
  ["localhost:5000/acme/web", "localhost:5000/acme/web"],
  ["localhost:5000/acme/web:1", "localhost:5000/acme/web", "1"],
  ["registry:5000/web", "registry:5000/web"],
  ["registry/web", "docker.io/registry/web"],
  ["127.0.0.1:5000/web", "127.0.0.1:5000/web"],
  ["[2001:db8::1]:5000/web", "[2001:db8::1]:5000/web"],
  ["Registry/web", "Registry/web"],
  [`web@${DIGEST}`, "docker.io/library/web", undefined, DIGEST],
  [`acme/web:1@${DIGEST}`, "docker.io/acme/web", "1", DIGEST],
  ["a.b/c__d/e--f/g.h_i:T_-.1", "a.b/c__d/e--f/g.h_i", "T_-.1"],
  [`web:${"t".repeat(128)}`, "docker.io/library/web", "t".repeat(128)],
  [
    "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/web:7",
    "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/web",
    "7",
  ],
  ...[
    "dkr-ecr.us-west-2.on.aws",
    "dkr-ecr-fips.us-west-2.on.aws",
    "dkr.ecr-fips.us-west-2.amazonaws.com",
  ].map((host): (typeof READ)[number] => [
    `123456789012.${host}/web:7`,
    "123456789012.dkr.ecr.us-west-2.amazonaws.com/web",
    "7",
  ]),
  [
    "123456789012.dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn/web",
    "123456789012.dkr.ecr.cn-northwest-1.amazonaws.com.cn/web",
  ],
  // Not ECR's: another suffix, an account of eleven digits, the public gallery.
  ...[
    "123456789012.dkr-ecr.us-west-2.example.com/web",
    "123456789012.dkr.ecr.us-west-2.amazonaws.com.cn/web",
    "12345678901.dkr-ecr.us-west-2.on.aws/web",
    "public.ecr.aws/acme/web",
  ].map((name): (typeof READ)[number] => [name, name]),
];

const REFUSED = [
  "",
  " ",
  "web ",
  "Web",
  "acme/Web",
  "acme//web",
  "/acme/web",
  "acme/web/",
  "acme/web:",
  ":1",
  "acme/web:-1",
  "acme/web:.1",
  `acme/web:${"t".repeat(129)}`,
  "acme/web:1:2",
  "acme/_web",
  "acme/web_",
  "acme/we___b",
  "acme/we..b",
  "acme/web@sha256:abc",
  `acme/web@sha256:${"A1".repeat(32)}`,
  `acme/web@sha256:${"a1".repeat(31)}`,
  `acme/web@md5:${"a1".repeat(16)}`,
  `acme/web@constructor:${"a1".repeat(32)}`,
  "acme/web@",
  "https://acme/web",
  "localhost:/web",
  "-host.io/web",
  "host-.io/web",
  "a..b/web",
  "acme/web\n",
  "acme\u0000/web",
  "ａcme/web",
  "a1".repeat(32),
  `${"a".repeat(245)}`,
  `docker.io/${"a".repeat(256)}`,
];

/** References that the grammar allows, in every form. */
const component = fc
  .tuple(
    fc.stringMatching(/^[a-z0-9]{1,6}$/),
    fc.array(
      fc.tuple(fc.constantFrom(".", "_", "__", "-", "---"), fc.stringMatching(/^[a-z0-9]{1,4}$/)),
      { maxLength: 2 },
    ),
  )
  .map(([first, rest]) => first + rest.map(([separator, text]) => separator + text).join(""));
const domain = fc.constantFrom(
  "",
  "docker.io/",
  "index.docker.io/",
  "ghcr.io/",
  "localhost/",
  "localhost:5000/",
  "h:1/",
  "a-b.c:65535/",
);
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/);
const reference = fc
  .tuple(
    domain,
    fc.array(component, { minLength: 1, maxLength: 3 }),
    fc.option(tag),
    fc.option(fc.constant(DIGEST)),
  )
  // Without a registry, a first part with a dot would be one.
  .filter(([host, path]) => host !== "" || path.length === 1 || !path[0].includes("."))
  .map(([host, path, label, digest]) => ({
    name: host + path.join("/"),
    tag: label ?? undefined,
    digest: digest ?? undefined,
  }));

describe("imageReference", () => {
  for (const [text, repository, label, digest] of READ)
    it(`reads ${text.slice(0, 60)}`, () => {
      expect(parseImage(text)).to.deep.equal({
        repository,
        written: text
          .replace(/@.*$/, "")
          .replace(/:[^/:]*$/, (port) => (label === undefined ? port : "")),
        ...(label === undefined ? {} : { tag: label }),
        ...(digest === undefined ? {} : { digest }),
      });
    });

  for (const text of REFUSED)
    it(`refuses ${JSON.stringify(text).slice(0, 60)}`, () => {
      expect(parseImage(text)).to.equal(undefined);
    });

  it("distinguishes images with the same prefix, or the same name in another registry", () => {
    const wanted = parseRepository("acme/web");
    for (const other of [
      "acme/web2",
      "acme/we",
      "acme/web/x",
      "acme2/web",
      "ghcr.io/acme/web",
      "localhost:5000/acme/web",
      "web",
      "x/acme/web",
    ])
      expect(parseImage(`${other}:1`)?.repository, other).to.not.equal(wanted);
  });

  it("parses back the parts of a reference, and its canonical form as the same repository", () => {
    fc.assert(
      fc.property(reference, (made) => {
        const text =
          made.name + (made.tag ? `:${made.tag}` : "") + (made.digest ? `@${made.digest}` : "");
        const image = parseImage(text);
        if (!image) throw new Error(`not read: ${text}`);
        expect(image.written).to.equal(made.name);
        expect(image.tag).to.equal(made.tag);
        expect(image.digest).to.equal(made.digest);
        expect(parseRepository(image.repository)).to.equal(image.repository);
      }),
      { numRuns: runs(25_000, 1_000_000) },
    );
  });

  it("changes only the tag", () => {
    fc.assert(
      fc.property(reference, tag, (made, next) => {
        const before = parseImage(made.name + (made.tag ? `:${made.tag}` : ""));
        if (!before) throw new Error(`not read: ${made.name}`);
        const after = parseImage(withTag(before, next));
        expect(after).to.deep.equal({ ...before, tag: next });
      }),
      { numRuns: runs(25_000, 1_000_000) },
    );
  });

  it("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const image = parseImage(text);
        if (image?.tag !== undefined) expect(isTag(image.tag)).to.equal(true);
      }),
      { numRuns: runs(10_000, 500_000) },
    );
  });
});
