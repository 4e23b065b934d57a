import { expect } from "chai";
import { beginning, count, duration, logLine, pretty } from "../../../console/format";

describe("The console's formats", () => {
  it("shows a duration in the largest unit that it fills, also after rounding", () => {
    const shown = [
      0.4, 999.4, 999.6, 59_940, 59_960, 3_590_000, 3_599_000, 86_399_000, 129_600_000,
    ];
    expect(shown.map(duration)).to.deep.equal([
      ...["<1 ms", "999 ms", "1.0 s", "59.9 s", "1.0 min", "59.8 min", "1.0 h", "1.0 d", "1.5 d"],
    ]);
    expect(duration(undefined)).to.equal("running");
  });

  it("counts one time, but two times", () => {
    expect([0, 1, 2].map((times) => count(times, "time"))).to.deep.equal([
      ...["0 times", "1 time", "2 times"],
    ]);
  });

  it("indents JSON as JSON.stringify does", () => {
    for (const value of [{}, [], { a: [1, { b: 'x:{,\\"' }], c: {}, d: [[]] }, "text", null, -1.5])
      expect(pretty(JSON.stringify(value))).to.equal(JSON.stringify(value, undefined, 2));
    expect(pretty('{"a":"\\u05e9"}')).to.equal('{\n  "a": "ש"\n}');
  });

  it("indents JSON without rounding its numbers, and leaves other text unchanged", () => {
    expect(pretty('{"id":9007199254740993,"n":1.10}')).to.equal(
      '{\n  "id": 9007199254740993,\n  "n": 1.10\n}',
    );
    for (const text of ["{", "<b>", "", "{a:1}"]) expect(pretty(text)).to.equal(text);
  });

  it("shows time, level, message and all else of a line in Lambda's JSON format", () => {
    const line = { timestamp: "2026-11-28T09:13:16.123Z", level: "INFO", requestId: "1" };
    expect(logLine(JSON.stringify({ ...line, message: "hello" }))).to.equal(
      "09:13:16.123 INFO hello",
    );
    expect(logLine(JSON.stringify({ ...line, message: { a: 1 }, errorType: "Oops" }))).to.equal(
      '09:13:16.123 INFO {"a":1} {"errorType":"Oops"}',
    );
    const event = { time: "2026-11-28T09:13:16.123Z", type: "platform.start", record: { n: 1 } };
    expect(logLine(JSON.stringify(event))).to.equal('09:13:16.123 platform.start {"n":1}');
  });

  it("shows JSON that a function printed itself as it was printed", () => {
    for (const text of ['{"a": 1}', "5", "null", "[1]", '{"message":"x"}', "plain"])
      expect(logLine(text)).to.equal(text);
  });

  it("cuts a text only between characters", () => {
    expect(beginning("a".repeat(79) + "😀", 80)).to.equal("a".repeat(79) + "😀");
    expect(beginning("a".repeat(79) + "😀b", 80)).to.equal("a".repeat(79) + "😀 ...");
    expect(beginning("😀".repeat(300), 2)).to.equal("😀😀 ...");
  });
});
