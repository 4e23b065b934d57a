import { expect } from "chai";
import { hiddenJson } from "../../../cloud/console/hidden";

describe("What the console hides", () => {
  const KEY = '-----BEGIN KEY-----\nab"c d+e\n-----END KEY-----';

  for (const [what, text] of [
    ["as it is", KEY],
    ["in JSON", JSON.stringify({ key: KEY })],
    ["in JSON within JSON", JSON.stringify({ body: JSON.stringify({ key: KEY }) })],
    ["in a form", new URLSearchParams({ key: KEY }).toString()],
    ["in an address", `/keys?key=${encodeURIComponent(KEY)}`],
  ])
    it(`hides a secret of several lines ${what}`, () => {
      const shown = hiddenJson({ text }, [KEY]);
      expect(shown)
        .to.contain("(hidden)")
        .and.not.to.match(/BEGIN|END|ab/);
    });

  for (const headers of [
    { Authorization: "Bearer 123" },
    { cookie: 'a="123"' },
    { "X-Api-Key": ["123", "1234"] },
  ])
    it(`hides ${Object.keys(headers)[0]} at any depth in JSON`, () => {
      let value: unknown = { headers, path: "/kept" };
      for (let depth = 0; depth < 4; depth += 1) {
        const shown = hiddenJson(value, []);
        expect(shown).to.contain("(hidden)").and.not.to.contain("123");
        expect(shown).to.contain("/kept");
        value = { body: JSON.stringify(value) };
      }
    });
});
