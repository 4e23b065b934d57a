import { expect } from "chai";
import * as fc from "fast-check";
import { compileFilterPattern } from "../../../services/cloudwatch-logs/model/filterPattern";

/** pattern, message, whether it matches */
type Case = [string, string, boolean];

describe("a log filter pattern", () => {
  function check(cases: Case[]): void {
    for (const [pattern, message, expected] of cases)
      expect(compileFilterPattern(pattern).matches(message), `${pattern} on ${message}`).to.equal(
        expected,
      );
  }

  it("of terms requires all of them, phrases in order, and none of the excluded", () => {
    check([
      ["", "anything", true],
      ["ERROR", "an ERROR here", true],
      ["ERROR", "an error here", false],
      ["ERROR Exiting", "Exiting with ERROR", true],
      ["ERROR Exiting", "ERROR only", false],
      ['"exit code 1"', "the exit code 1 came", true],
      ['"exit code 1"', "code 1 exit", false],
      ["ERROR -Exiting", "ERROR", true],
      ["ERROR -Exiting", "ERROR Exiting", false],
      ['-"health check" GET', "GET /health check", false],
      ["?ERROR ?WARN", "WARN", true],
      ["?ERROR ?WARN", "INFO", false],
      ["%4\\d\\d%", "status 404", true],
    ]);
  });

  it("of terms refuses punctuation outside quotes, as on AWS", () => {
    expect(() => compileFilterPattern("foo-bar")).to.throw(
      "Invalid character(s) in term 'foo-bar'",
    );
  });

  it("has regular expressions without parentheses and other characters that AWS refuses", () => {
    for (const pattern of ["%(a+)+b%", "%something!%", "{ $.level = %(a|b)% }", "%ä%"])
      expect(() => compileFilterPattern(pattern), pattern).to.throw("Invalid filter pattern");
    check([
      ["%\\(done\\)%", "all (done)", true],
      ["%^[Ee]rror|[Ff]ail$%", "did fail", true],
    ]);
  });

  it("of JSON compares text with wildcards, numbers, states and presence", () => {
    const event = JSON.stringify({
      level: "ERROR",
      code: 404,
      user: { id: null, name: "Ann" },
      ok: false,
      items: [{ price: 5 }, { price: 50 }],
    });
    check([
      ['{ $.level = "ERROR" }', event, true],
      ["{ $.level = ERR* }", event, true],
      ["{ $.level != ERROR }", event, false],
      ["{ $.missing != x }", event, false],
      ["{ $.code >= 400 && $.code < 500 }", event, true],
      ["{ $.code = 4.04e2 }", event, true],
      ['{ ($.level = "WARN") || ($.user.name = "Ann") }', event, true],
      ['{ $.level = "WARN" || $.level = "ERROR" && $.code = 500 }', event, false],
      ["{ $.user.id IS NULL }", event, true],
      ["{ $.ok IS FALSE }", event, true],
      ["{ $.nothing NOT EXISTS }", event, true],
      ["{ $.level NOT EXISTS }", event, false],
      ["{ $.items[1].price = 50 }", event, true],
      ["{ $.items[*].price > 40 }", event, true],
      ["{ $.level = %^E% }", event, true],
      ["{ $.level = ERROR }", "not json ERROR", false],
    ]);
  });

  it("of fields aligns them, with gaps, quotes and brackets", () => {
    const line = '10.0.0.1 - frank [10/Oct/2000 13:55:36] "GET /a HTTP/1.0" 404 2326';
    check([
      ["[ip, id, user, time, request, status = 4*, bytes > 1000]", line, true],
      ["[ip, id, user, time, request, status = 5*, bytes]", line, false],
      ["[..., status = 404, bytes]", line, true],
      ["[ip = 10.*, ...]", line, true],
      ["[ip, user]", line, false],
      ["[..., status = 404 || status = 410, bytes]", line, true],
      ['[ip, id, user, time, request = "GET*", ...]', line, true],
    ]);
    const pattern = compileFilterPattern("[..., status, bytes]");
    expect(pattern.extract(line, "$bytes")).to.equal("2326");
  });

  it("of fields takes a bracket that nothing closes as text, without a search for its end", () => {
    const pattern = compileFilterPattern("[first, ..., last]");
    for (const message of ['[a b] "c d" [e', `[a] ${"[ ".repeat(300_000)}[e`])
      expect(pattern.extract(message, "$last")).to.equal("[e");
  });

  it("is either compiled or refused as invalid, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (pattern, message) => {
        try {
          expect(compileFilterPattern(pattern).matches(message)).to.be.a("boolean");
        } catch (error) {
          expect(error).to.have.property("code", "InvalidParameterException");
        }
      }),
      { numRuns: 500 },
    );
  });

  it("of one quoted term matches exactly the messages that contain it", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (term, before, after) => {
        const quoted = `"${term.replace(/["\\]/g, "\\$&")}"`;
        const pattern = compileFilterPattern(quoted);
        expect(pattern.matches(before + term + after)).to.equal(true);
        expect(pattern.matches(before)).to.equal(before.includes(term));
      }),
    );
  });
});
