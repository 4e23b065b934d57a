import { expect } from "chai";
import * as fc from "fast-check";
import * as semver from "semver";
import { answerDockerHub } from "../../../../callbacks/ecs/webhookRedeployer/push/answerDockerHub";
import { safeCallbackUrl } from "../../../../callbacks/ecs/webhookRedeployer/push/callbackUrl";
import {
  type Delivery,
  deliveryIdOf,
  orderOf,
} from "../../../../callbacks/ecs/webhookRedeployer/push/delivery";
import { systemDeps } from "../../../../callbacks/deps";
import {
  isOneOf,
  isSigned,
  secretsOf,
  sign,
  SIGNATURE_TOLERANCE,
} from "../../../../callbacks/ecs/webhookRedeployer/push/signature";
import { runs } from "../../../../localcloud/test/support/runs";

const GOOD =
  "https://registry.hub.docker.com/u/acme/web/hook/2141b5bi5i5b02bec211i4eeih0242eg11000a/";

/** URLs that must never be called: each is one way to try to get past the list. */
const HOSTILE = [
  "http://registry.hub.docker.com/u/",
  "http://169.254.169.254/latest/meta-data/",
  "https://169.254.169.254/",
  "https://[::ffff:169.254.169.254]/",
  "https://0xa9fea9fe/",
  "https://2852039166/",
  "https://localhost/",
  "https://registry.hub.docker.com@evil.example/",
  "https://evil.example@registry.hub.docker.com/",
  "https://user:pass@hub.docker.com/",
  "https://registry.hub.docker.com.evil.example/",
  "https://evil.example/registry.hub.docker.com/",
  "https://registry.hub.docker.com:443/",
  "https://registry.hub.docker.com:8443/",
  "https://registry.hub.docker.com./",
  "https://REGISTRY.hub.docker.com/",
  "https://registry.hub.docker.com\\@evil.example/",
  "https:\\\\registry.hub.docker.com/",
  "https:/\\evil.example/",
  "https://registry.hub.docker.com\t/",
  "https://regis\ntry.hub.docker.com/",
  " https://registry.hub.docker.com/",
  "https://registry.hub.docker.com",
  "https://registry.hub.docker.com/?q=1",
  "https://registry.hub.docker.com/#x",
  "https://registry。hub。docker。com/",
  "https://registry.hub.docker.com/\u0000",
  "https://xregistry.hub.docker.com/",
  "https://docker.com/",
  "//registry.hub.docker.com/",
  "javascript:alert(1)",
  "file:///etc/passwd",
  "",
];

describe("safeCallbackUrl", () => {
  it("accepts Docker Hub's own URLs", () => {
    for (const url of [GOOD, "https://hub.docker.com/r/acme/web/hook/1/"])
      expect(safeCallbackUrl(url)).to.equal(url);
  });

  for (const url of HOSTILE)
    it(`refuses ${JSON.stringify(url)}`, () => {
      expect(safeCallbackUrl(url)).to.equal(undefined);
    });

  it("agrees with the WHATWG parser about every URL that it accepts", () => {
    const piece = fc.constantFrom(
      "https://",
      "http://",
      "registry.hub.docker.com",
      "hub.docker.com",
      "@",
      ":",
      "/",
      "\\",
      ".",
      "?",
      "#",
      "evil.example",
      "%2f",
      "\t",
      "443",
      "a",
      "..",
    );
    const anyUrl = fc.oneof(
      fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join("")),
      fc.webUrl(),
      fc
        .tuple(fc.nat(GOOD.length), fc.string({ unit: "binary", maxLength: 2 }))
        .map(([at, text]) => GOOD.slice(0, at) + text + GOOD.slice(at)),
    );
    fc.assert(
      fc.property(anyUrl, (text) => {
        const url = safeCallbackUrl(text);
        if (url === undefined) return;
        const parsed = new URL(url);
        expect(parsed.protocol).to.equal("https:");
        expect(["registry.hub.docker.com", "hub.docker.com"]).to.include(parsed.host);
        expect(parsed.username + parsed.password + parsed.search + parsed.hash).to.equal("");
      }),
      { numRuns: runs(50_000, 1_000_000) },
    );
  });

  it("is checked again before a call, follows no redirect, and survives an answer that fails", async () => {
    const calls: [string, RequestInit][] = [];
    const deps = {
      ...systemDeps,
      fetch: (url: string, init: RequestInit) => {
        calls.push([url, init]);
        return Promise.reject(new TypeError("unexpected redirect"));
      },
    };
    const delivery = { deliveryId: "d1" } as Delivery;
    await answerDockerHub({ ...delivery, callbackUrl: "http://169.254.169.254/" }, deps);
    await answerDockerHub(delivery, deps);
    expect(calls).to.deep.equal([]);
    await answerDockerHub({ ...delivery, callbackUrl: GOOD }, deps);
    expect(calls).to.have.length(1);
    const [[url, init]] = calls;
    expect(url).to.equal(GOOD);
    expect(init).to.include({ method: "POST", redirect: "error" });
    expect(JSON.parse(String(init.body))).to.deep.equal({
      state: "success",
      context: "redeploy",
      description: "d1",
    });
  });
});

describe("signature", () => {
  const secrets = ["new-secret-0123456789", "old-secret-0123456789"];
  const at = 1_700_000_000;

  it("accepts bodies that one of the secrets signed within the tolerance, and no changed ones", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.nat(1),
        fc.integer({ min: -400, max: 400 }),
        (body, which, age) => {
          const header = sign(secrets[which], body, at);
          const isFresh = Math.abs(age) <= SIGNATURE_TOLERANCE;
          const options = { secrets, nowSeconds: at + age };
          expect(isSigned(header, body, options)).to.equal(isFresh);
          expect(isSigned(header, `${body} `, options)).to.equal(false);
          expect(isSigned(header.replace(`t=${at}`, `t=${at + 1}`), body, options)).to.equal(false);
          expect(isSigned(sign("another-secret-012345", body, at), body, options)).to.equal(false);
        },
      ),
      { numRuns: runs(5_000, 100_000) },
    );
  });

  it("refuses headers of any other form", () => {
    const good = sign(secrets[0], "{}", at);
    for (const header of [
      undefined,
      "",
      good.toUpperCase(),
      `${good},v1=0`,
      good.slice(0, -1),
      good.replace("v1", "v0"),
      " " + good,
    ])
      expect(isSigned(header, "{}", { secrets, nowSeconds: at }), header).to.equal(false);
  });

  it("reads one or two secrets, and never one that could be guessed", () => {
    expect(secretsOf(secrets.join(","))).to.deep.equal(secrets);
    expect(secretsOf(`${secrets[0]}\n`)).to.deep.equal([secrets[0]]);
    expect(secretsOf("short")).to.deep.equal([]);
    expect(secretsOf("")).to.deep.equal([]);
    expect(secretsOf([...secrets, "third-secret-01234567"].join(" "))).to.deep.equal(secrets);
  });

  it("compares a whole token", () => {
    expect(isOneOf(secrets[1], secrets)).to.equal(true);
    for (const text of ["", secrets[0].slice(1), `${secrets[0]} `, secrets.join(",")])
      expect(isOneOf(text, secrets), text).to.equal(false);
    expect(isOneOf("", [])).to.equal(false);
  });
});

describe("delivery", () => {
  const push = { repository: "docker.io/acme/web", tag: "1.1", pushedAt: 1_700_000_000 };

  it("gives the same push the same id, and every other push another one", () => {
    expect(deliveryIdOf({ ...push, callbackUrl: GOOD })).to.equal(deliveryIdOf(push));
    for (const other of [
      { tag: "1.2" },
      { repository: "docker.io/acme/web2" },
      { pushedAt: 1_700_000_001 },
    ])
      expect(deliveryIdOf({ ...push, ...other })).to.not.equal(deliveryIdOf(push));
  });

  /** Tags of one second, each lower than the next. */
  const RISING: readonly string[][] = [
    ["latest", "8", "8.4", "8.4.2"],
    ["v9.0.0", "10.0.0"],
    ["9.0.0", "v10.0.0", "v10.0.1"],
    ["5.11-rc1", "5.11-rc2", "5.11-rc10", "5.11"],
    ["5.11rc1", "5.11", "5.11.0", "5.11.1-rc1"],
    ["stable", "8.4-alpine", "8.4", "8.4.1-alpine", "8.4.1"],
    ["1.2.3-alpha", "1.2.3-alpha.1", "1.2.3-beta.2", "1.2.3-beta.11", "1.2.3-rc.1", "1.2.3"],
    ["99999999999999999999", "100000000000000000000000000000"],
    ["2024.9.30", "2024.10.1"],
  ];
  const sameSecond = (tag: string): string => orderOf({ ...push, tag });

  for (const tags of RISING)
    it(`takes the higher version of one second: ${tags.join(" < ")}`, () => {
      const orders = tags.map(sameSecond);
      expect([...orders].sort()).to.deep.equal(orders);
      expect(new Set(orders).size).to.equal(orders.length);
    });

  it("orders whole versions of one second like npm, with or without v", () => {
    const number = fc.constantFrom("0", "1", "2", "9", "10", "11", "100");
    const pre = fc.constantFrom("", "", "-1", "-2", "-10", "-rc", "-rc.1", "-rc.2", "-rc.11", "-a");
    const version = fc.tuple(number, number, number, pre, fc.constantFrom("", "v"));
    fc.assert(
      fc.property(version, version, (left, right) => {
        const [a, b] = [left, right].map(([x, y, z, end, v]) => `${v}${x}.${y}.${z}${end}`);
        const wanted = semver.compare(a, b);
        const [x, y] = [sameSecond(a), sameSecond(b)];
        if (wanted !== 0) expect(x < y ? -1 : 1, `${a} ${b}`).to.equal(wanted);
        else expect(x === y, `${a} ${b}`).to.equal(a === b);
      }),
      { numRuns: 5_000 },
    );
  });

  it("gives no two tags of one second the same position", () => {
    const tag = fc.stringMatching(/^[0-9v][0-9v.a_-]{0,6}$/);
    fc.assert(
      fc.property(tag, tag, (a, b) => {
        fc.pre(a !== b);
        expect(sameSecond(a)).not.to.equal(sameSecond(b));
      }),
    );
  });

  it("orders pushes by time, then names before versions, then versions by value", () => {
    const rising = [
      { tag: "9.9.9", pushedAt: 999_999_999 },
      { tag: "latest", pushedAt: 1_700_000_000 },
      { tag: "1.2.3-rc1", pushedAt: 1_700_000_000 },
      { tag: "1.2.3", pushedAt: 1_700_000_000 },
      { tag: "1.10.0", pushedAt: 1_700_000_000 },
      { tag: "1.0", pushedAt: 1_700_000_001 },
    ].map((one) => orderOf({ ...push, ...one }));
    expect([...rising].sort()).to.deep.equal(rising);
    expect(new Set(rising).size).to.equal(rising.length);
  });
});
