import { expect } from "chai";
import fc from "fast-check";
import { versionsToDelete } from "../../../../callbacks/delivery/zipToLambdaPipeline/deploy/live";
import {
  appNameOf,
  longestName,
  statusKeyOf,
} from "../../../../callbacks/delivery/zipToLambdaPipeline/uploads/appName";
import {
  decodeKey,
  followUp,
  orderOf,
  readDelivery,
} from "../../../../callbacks/delivery/zipToLambdaPipeline/uploads/upload";
import { settingsOf } from "../../../../callbacks/delivery/zipToLambdaPipeline/settings";
import { s3Event, s3TestEvent } from "../../../../localcloud/testing";

const RUNS = process.env.FUZZ ? 1_000_000 : 1_000;
const PREFIX = "shop-dev-apps-";

describe("a message of ZipToLambdaPipeline's queue", () => {
  const object = {
    key: "apps/hello.zip",
    size: 9,
    versionId: "v1",
    sequencer: "0055AED6DCD90281E5",
  };
  const bodyOf = (changes: object = {}): string =>
    JSON.stringify({
      Records: [
        {
          eventVersion: "2.1",
          eventSource: "aws:s3",
          eventName: "ObjectCreated:Put",
          s3: { bucket: { name: "zips" }, object },
          ...changes,
        },
      ],
    });

  it("is parsed from a notification of S3, and from the worker's own message", () => {
    const [upload] = readDelivery(bodyOf(), "zips").uploads;
    expect(upload).to.deep.equal({ kind: "created", ...object });
    const sent = { hop: 3, wasMissing: true };
    expect(readDelivery(followUp(upload, sent), "zips")).to.deep.equal({
      uploads: [upload],
      ...sent,
    });
  });

  it("is empty for S3's test event, other buckets, other events and other major versions", () => {
    for (const body of [
      JSON.stringify(s3TestEvent()),
      JSON.stringify({ Records: [] }),
      JSON.stringify(s3Event([{ key: "apps/hello.zip" }])),
      bodyOf({ s3: { bucket: { name: "other" }, object } }),
      bodyOf({ eventName: "ObjectRestore:Completed" }),
      bodyOf({ eventName: "ObjectRemoved:Delete" }),
      bodyOf({ eventVersion: "3.0" }),
    ])
      expect(readDelivery(body, "zips").uploads, body).to.deep.equal([]);
    expect(readDelivery(bodyOf({ eventVersion: "2.9" }), "zips").uploads).to.have.length(1);
  });

  it("is refused when neither S3 nor the worker wrote it", () => {
    for (const text of ["", "no JSON", "null", "7", "{}", '{"Records":7}'])
      expect(() => readDelivery(text, "zips"), text).to.throw();
  });

  it("has the uploaded key, however S3 encodes it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (key) => {
        const encoded = new URLSearchParams([["", key]]).toString().slice(1);
        expect(decodeKey(encoded)).to.equal(Buffer.from(key).toString());
      }),
      { numRuns: RUNS },
    );
    expect(decodeKey("apps/%zz.zip")).to.equal("apps/%zz.zip");
  });

  it("sorts by sequencers, a shorter one as if zeros followed", () => {
    const hex = fc.stringMatching(/^[0-9A-F]{1,40}$/);
    fc.assert(
      fc.property(hex, hex, hex, (a, b, c) => {
        const [x, y, z] = [a, b, c].map((sequencer) => orderOf({ sequencer }));
        expect(x < y || x > y || x === y).to.equal(true);
        if (x <= y && y <= z) expect(x <= z).to.equal(true);
        expect(orderOf({ sequencer: `${a}00` })).to.equal(x);
        expect(x < y).to.equal(a.padEnd(40, "0") < b.padEnd(40, "0"));
      }),
      { numRuns: RUNS },
    );
  });
});

describe("the name of an app of ZipToLambdaPipeline", () => {
  it("is the part between apps/ and .zip", () => {
    expect(appNameOf("apps/hello-2.zip", PREFIX)).to.deep.equal({ name: "hello-2" });
    expect(appNameOf(`apps/${"a".repeat(50)}.zip`, PREFIX)).to.deep.equal({
      name: "a".repeat(50),
    });
  });

  it("never names another function", () => {
    for (const key of [
      "apps/../x.zip",
      "apps/Hello.zip",
      "apps/a b.zip",
      "apps/a_b.zip",
      "apps/ä.zip",
      "apps/team/x.zip",
      "apps/.zip",
      "apps/x:LIVE.zip",
      "apps/x.zip\n",
      "x.zip",
    ])
      expect(appNameOf(key, PREFIX), key).to.have.property("message").that.contains("allowed are");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const named = appNameOf(`apps/${text}.zip`, PREFIX);
        if ("name" in named) expect(PREFIX + named.name).to.match(/^[a-z0-9-]{1,64}$/);
      }),
      { numRuns: RUNS },
    );
  });

  it("is rejected when it is too long, with the number of characters", () => {
    expect(longestName(PREFIX)).to.equal(50);
    const named = appNameOf(`apps/${"a".repeat(51)}.zip`, PREFIX);
    expect(named).to.have.property("message").that.contains("has 51 characters, allowed are 50");
  });

  it("has a status key, unless the key is not a plain path", () => {
    expect(statusKeyOf("apps/hello.zip")).to.equal("status/apps/hello.zip.json");
    for (const key of ["apps/../x.zip", "apps/\u0000.zip", `apps/${"a".repeat(1000)}.zip`])
      expect(statusKeyOf(key), key).to.equal(undefined);
  });
});

describe("ZipToLambdaPipeline's versions and settings", () => {
  it("never deletes a version in use, nor the newest ones", () => {
    expect(versionsToDelete(["1", "2", "10", "3"], 2, ["1"])).to.deep.equal(["2"]);
    expect(versionsToDelete(["1", "2"], 5, ["2"])).to.deep.equal([]);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 500 })),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 500 }),
        (numbers, keep, live) => {
          const gone = versionsToDelete(numbers.map(String), keep, [String(live)]);
          expect(gone).not.to.include(String(live));
          expect(numbers.length - gone.length).to.be.at.least(Math.min(keep, numbers.length));
        },
      ),
      { numRuns: RUNS },
    );
  });

  it("prefers the program's settings of an app over those of all apps, variable by variable", () => {
    const config = {
      appDefaults: { memorySize: 128, environment: { A: "1", B: "1" } },
      apps: { web: { memorySize: 512, environment: { B: "2" } } },
    };
    expect(settingsOf(config, "web")).to.deep.equal({
      memorySize: 512,
      environment: { A: "1", B: "2" },
    });
    expect(settingsOf(config, "constructor")).to.deep.equal(config.appDefaults);
  });
});
