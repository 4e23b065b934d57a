import { expect } from "chai";
import { inspectZip } from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/inspectZip";
import type { ZipSource } from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/model";
import { bytesSource } from "../../../../../callbacks/delivery/zipToLambdaPipeline/inspect/sources";
import { writeZip } from "../../../../support/zips/zipWriter";
import { hostileArchives, many, noise } from "./hostileArchives";
import { APP, soundArchives } from "./soundArchives";

describe("zip inspector: hostile archives are rejected with the right reason", () => {
  for (const [title, code, archive, limits] of hostileArchives)
    it(title, async () => {
      const verdict = await inspectZip(bytesSource(archive()), limits);
      expect(verdict).to.include({ accepted: false, code });
      expect((verdict as { fix: string }).fix).to.not.equal("");
    });

  it("an inspection that takes too long ends", async () => {
    let time = 0;
    const verdict = await inspectZip(bytesSource(many(50)), {
      now: () => (time += 1_000),
      milliseconds: 10_000,
    });
    expect(verdict).to.include({ code: "tooLong" });
  });

  it("an error of the source is not a verdict", async () => {
    const broken: ZipSource = { size: 100, read: () => Promise.reject(new Error("SlowDown")) };
    const error = await inspectZip(broken).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error).with.property("message", "SlowDown");
    for (let failing = 1; failing <= 3; failing++) {
      let reads = 0;
      const sound = writeZip([APP, { name: "b", content: noise(4_000_000) }]);
      const late: ZipSource = {
        size: sound.length,
        read: async (offset, length) => {
          if (++reads === failing + 1) throw new Error("SlowDown");
          return sound.subarray(offset, offset + length);
        },
      };
      expect(await inspectZip(late).catch((thrown: Error) => thrown.message)).to.equal("SlowDown");
    }
  });
});

describe("zip inspector: unusual but sound archives are accepted", () => {
  for (const [title, archive] of soundArchives)
    it(title, async () => {
      const verdict = await inspectZip(bytesSource(archive()));
      expect(verdict).to.include({ accepted: true, handler: "index.handler" });
    });

  it("a large archive is read in constant memory, each part of it once", async () => {
    const block = noise(1_000_000);
    const archive = writeZip([
      APP,
      ...Array.from({ length: 20 }, (_, i) => ({ name: `d/${i}`, content: block, method: 0 })),
    ]);
    let asked = 0;
    let largest = 0;
    const source: ZipSource = {
      size: archive.length,
      read: async (offset, length) => {
        asked += length;
        largest = Math.max(largest, length);
        return archive.subarray(offset, offset + length);
      },
    };
    expect(await inspectZip(source)).to.include({ accepted: true });
    expect(largest).to.be.at.most(1024 * 1024);
    // Everything once; the ends of the archive and the handler again.
    expect(asked).to.be.at.most(1.2 * archive.length);
  });
});
