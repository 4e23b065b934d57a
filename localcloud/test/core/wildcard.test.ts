import { expect } from "chai";
import { matchesWildcard, wildcardOf } from "../../core/wildcard";

describe("A pattern with wildcards", () => {
  it("matches what the same regular expression matches, for every short pattern and text", () => {
    const texts = allTexts("ab", 4);
    for (const pattern of allTexts("ab*?", 4)) {
      const source = pattern.replaceAll("*", ".*").replaceAll("?", ".");
      const expected = texts.filter((text) => new RegExp(`^${source}$`, "s").test(text));
      const found = texts.filter((text) => matchesWildcard(wildcardOf(pattern), text));
      expect(found, pattern).to.deep.equal(expected);
    }
  });

  it("matches line ends, and no special characters of regular expressions", () => {
    expect(matchesWildcard(wildcardOf("a*?"), "a\n\r")).to.equal(true);
    expect(matchesWildcard(wildcardOf("a.(b)+"), "aXb")).to.equal(false);
    expect(matchesWildcard(wildcardOf("a.(b)+"), "a.(b)+")).to.equal(true);
  });

  it("ends soon for patterns on which a regular expression would compute for ever", () => {
    const text = "a".repeat(2_000);
    for (const pattern of [`${"*a".repeat(60)}b`, `${"*".repeat(60)}b`, `${"*?".repeat(60)}b`])
      expect(matchesWildcard(wildcardOf(pattern), text), pattern).to.equal(false);
  });
});

/** Returns all texts of these characters up to a length. */
function allTexts(characters: string, length: number): string[] {
  if (length === 0) return [""];
  const shorter = allTexts(characters, length - 1);
  const longest = shorter.filter((text) => text.length === length - 1);
  return [...shorter, ...longest.flatMap((text) => [...characters].map((one) => text + one))];
}
