import { expect } from "chai";
import * as fc from "fast-check";
import {
  MAX_BODY,
  parseDockerHub,
  parseGeneric,
} from "../../../../callbacks/ecs/webhookRedeployer/push/dockerHubPayload";
import { dockerHubPush } from "../../../../localcloud/testing";
import { hostileText } from "../../../support/hostileText";
import { runs } from "../../../../localcloud/test/support/runs";

const body = (change: Parameters<typeof dockerHubPush>[0] = {}): string =>
  JSON.stringify(dockerHubPush({ tag: "1.1", ...change }));
const pushedAt = dockerHubPush().push_data.pushed_at;
/** Milliseconds: a day after that. */
const NOW = (pushedAt + 86_400) * 1000;

describe("dockerHubPayload", () => {
  it("reads the documented body", () => {
    expect(parseDockerHub(body(), NOW)).to.deep.equal({
      ok: true,
      value: {
        repository: "docker.io/acme/web",
        tag: "1.1",
        pushedAt,
        callbackUrl: "https://registry.hub.docker.com/u/acme/web/hook/EXAMPLE/",
      },
    });
  });

  it("reads older forms: a fraction of a second, no images, counts as text", () => {
    const old = dockerHubPush({
      tag: "1.1",
      repository: { comment_count: "0", date_created: 1.417564279e9 },
    });
    const { images: _images, ...pushData } = old.push_data;
    const text = JSON.stringify({ ...old, push_data: pushData }).replace(
      /"pushed_at":[^,]*/,
      '"pushed_at":1.417566161e+09',
    );
    const fraction = text.replace("1.417566161e+09", "1417566161.75");
    for (const variant of [text, fraction]) {
      const parsed = parseDockerHub(variant, NOW);
      expect(parsed.ok && parsed.value.pushedAt, variant).to.equal(1_417_566_161);
    }
  });

  it("refuses a push from the future, which would win over every later one; a clock may be 300 s ahead", () => {
    const at = (seconds: number) => body({ push_data: { pushed_at: NOW / 1000 + seconds } });
    expect(parseDockerHub(at(300), NOW).ok).to.equal(true);
    for (const ahead of [301, 1e9, 253_402_300_799])
      expect(parseDockerHub(at(ahead), NOW)).to.deep.equal({
        ok: false,
        field: "push_data.pushed_at",
        problem: "lies in the future, or is not in seconds",
      });
  });

  it("reads an official image by its short name", () => {
    const parsed = parseDockerHub(body({ repository: { repo_name: "nginx" } }), NOW);
    expect(parsed.ok && parsed.value.repository).to.equal("docker.io/library/nginx");
  });

  const refused: [text: string | null, field: string, problem: string][] = [
    [null, "body", "is empty"],
    ["", "body", "is empty"],
    ["{", "body", "is not JSON"],
    ["[]", "body", "is not a JSON object"],
    ["null", "body", "is not a JSON object"],
    ['"text"', "body", "is not a JSON object"],
    [JSON.stringify({ ...dockerHubPush(), push_data: undefined }), "push_data", "is not an object"],
    [JSON.stringify({ ...dockerHubPush(), repository: [] }), "repository", "is not an object"],
    [body({ repository: { repo_name: undefined } }), "repository.repo_name", "is not a text"],
    [
      body({ repository: { repo_name: "acme/web; rm -rf /" } }),
      "repository.repo_name",
      "is not the name",
    ],
    [body({ repository: { repo_name: "acme/.*" } }), "repository.repo_name", "is not the name"],
    [body({ push_data: { tag: undefined } }), "push_data.tag", "is not a text"],
    [body({ push_data: { tag: "" } }), "push_data.tag", "is not a tag"],
    [body({ push_data: { tag: "1.1@sha256:x" } }), "push_data.tag", "is not a tag"],
    [body({ push_data: { pushed_at: 0 } }), "push_data.pushed_at", "is not a time"],
    [body({ push_data: { pushed_at: -1 } }), "push_data.pushed_at", "is not a time"],
    [body({ push_data: { pushed_at: 1e15 } }), "push_data.pushed_at", "or is not in seconds"],
    [
      body().replace(/"pushed_at":\d+/, '"pushed_at":1e999'),
      "push_data.pushed_at",
      "lies in the future",
    ],
    [
      body().replace(/"pushed_at":\d+/, '"pushed_at":"now"'),
      "push_data.pushed_at",
      "is not a time",
    ],
    [`{"__proto__":${body()}}`, "push_data", "is not an object"],
    [
      `{"repository":{"__proto__":{"repo_name":"a/b"}},"push_data":{}}`,
      "repository.repo_name",
      "is not a text",
    ],
  ];
  for (const [text, field, problem] of refused)
    it(`refuses ${String(text).slice(0, 50)}: ${field} ${problem}`, () => {
      const parsed = parseDockerHub(text, NOW);
      if (parsed.ok) throw new Error("was accepted");
      expect(parsed.field).to.equal(field);
      expect(parsed.problem).to.contain(problem);
    });

  it("refuses a body larger than any real one, before it is parsed", () => {
    const huge = body({ repository: { full_description: "x".repeat(6 * 1024 * 1024) } });
    const parsed = parseDockerHub(huge, NOW);
    expect(parsed).to.deep.equal({
      ok: false,
      field: "body",
      problem: `has more than ${MAX_BODY} bytes`,
    });
    expect(
      parseDockerHub(body({ repository: { dockerfile: "x".repeat(500_000) } }), NOW).ok,
    ).to.equal(true);
  });

  it("reads the body of a sender that signs, and names that sender's fields", () => {
    expect(parseGeneric('{"repository":"acme/web","tag":"1","pushedAt":5.9}', NOW)).to.deep.equal({
      ok: true,
      value: { repository: "docker.io/acme/web", tag: "1", pushedAt: 5 },
    });
    expect(parseGeneric('{"repository":"acme/web","tag":"1"}', NOW)).to.include({
      field: "pushedAt",
    });
  });

  it("accepts only bodies with a repository, a tag and a time", () => {
    const leaf = fc.oneof(
      hostileText(4),
      fc.double(),
      fc.constant(null),
      fc.boolean(),
      fc.constantFrom("acme/web", "1.1"),
    );
    const object = (keys: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
      fc.oneof(
        { weight: 8, arbitrary: fc.record(keys, { requiredKeys: [] }) },
        leaf,
        fc.array(leaf, { maxLength: 2 }),
      );
    const anyBody = fc.oneof(
      {
        weight: 3,
        arbitrary: object({
          callback_url: leaf,
          push_data: object({
            tag: leaf,
            pushed_at: fc.oneof(leaf, fc.nat()),
            images: leaf,
            constructor: leaf,
          }),
          repository: object({ repo_name: leaf, name: leaf }),
        }).map((value) => JSON.stringify(value) ?? ""),
      },
      hostileText(6),
      fc
        .tuple(fc.nat(400), hostileText(1))
        .map(([at, text]) => body().slice(0, at) + text + body().slice(at + 1)),
    );
    fc.assert(
      fc.property(anyBody, (text) => {
        const parsed = parseDockerHub(text, NOW);
        if (!parsed.ok) {
          expect(parsed.field).to.match(/^[a-z_.]+$/);
          return;
        }
        expect(parsed.value.repository).to.match(/^[^ ]+\/[^ ]+$/);
        expect(parsed.value.tag).to.match(/^\w[\w.-]{0,127}$/);
        expect(Number.isSafeInteger(parsed.value.pushedAt)).to.equal(true);
      }),
      { numRuns: runs(50_000, 2_000_000) },
    );
  });
});
