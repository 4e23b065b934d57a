import { expect } from "chai";
import * as fc from "fast-check";
import { checkTemplate, renderTemplate, TemplateError } from "../../vtl";
import { render } from "./render";

/** Text that breaks naive templates: quotes, backslashes, surrogates, separators, and template syntax. */
const hostile = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom("'", '"', "\\", "\\'", '\\"', "/", "\\u0027", "\\\\'"),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          "$util",
          "#set($x=1)",
          "${",
          "$!x",
          "$1",
          "#end",
          "#stop",
          "]]#",
          "##",
          "$input.body",
        ),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          "\u2028",
          "\u2029",
          "\u0000",
          "\u001f",
          "\u007f",
          "\u0085",
          "\n",
          "\r\n",
          "\t",
        ),
      },
      { weight: 2, arbitrary: fc.constantFrom("😀", "\ud83d", "\ude00", "é", "中", "\ufeff") },
      { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 5 }) },
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(""));

/** Two backslashes in the template, because the regular expression for one backslash needs two. */
const RIGHT_ESCAPE = `{"m": "$util.escapeJavaScript($input.path('$.m')).replaceAll("\\\\'","'")"}`;

describe("the JSON escape of a mapping template", () => {
  it("preserves every string exactly", () => {
    fc.assert(
      fc.property(hostile, (m) => {
        expect(JSON.parse(render(RIGHT_ESCAPE, { body: JSON.stringify({ m }) }))).to.deep.equal({
          m,
        });
      }),
      { numRuns: 5000 },
    );
  });

  it("produces invalid JSON with any other number of backslashes", () => {
    for (const slashes of ["\\", "\\\\\\\\"]) {
      const template = RIGHT_ESCAPE.replace("\\\\'", () => `${slashes}'`);
      const text = render(template, { body: JSON.stringify({ m: "it's" }) });
      expect(() => JSON.parse(text), template).to.throw(SyntaxError);
    }
  });
});

describe("the data of a mapping template", () => {
  it("renders unchanged, whatever template syntax it contains", () => {
    fc.assert(
      fc.property(hostile, (m) => {
        expect(render("$input.path('$.m')", { body: JSON.stringify({ m }) })).to.equal(m);
        expect(render('#set($s = "<$context.m>")$s', { context: { m } })).to.equal(`<${m}>`);
      }),
      { numRuns: 2000 },
    );
  });

  it("keeps its meaning through $input.json and $util.parseJson", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const body = JSON.stringify(value);
        expect(JSON.parse(render("$input.json('$')", { body }))).to.deep.equal(JSON.parse(body));
        const parsed = render(
          "#set($m = {'v': $util.parseJson($context.t)})#set($l = [$m])$input.json('$')",
          {
            body,
            context: { t: body },
          },
        );
        expect(JSON.parse(parsed)).to.deep.equal(JSON.parse(body));
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps all digits of integers", () => {
    fc.assert(
      fc.property(fc.bigInt(), (n) => {
        expect(render("$input.path('$.n') $input.json('$.n')", { body: `{"n":${n}}` })).to.equal(
          `${n} ${n}`,
        );
      }),
      { numRuns: 1000 },
    );
  });

  it("survives its encodings", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (m) => {
        const template =
          "$util.urlDecode($util.urlEncode($context.m))$util.base64Decode($util.base64Encode($context.m))";
        expect(render(template, { context: { m } })).to.equal(m + m);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("Java arithmetic", () => {
  it("is exact for integers of any size", () => {
    const operators = fc.constantFrom("+", "-", "*", "/");
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), operators, (a, b, operator) => {
        fc.pre(operator !== "/" || b !== 0n);
        const exact = { "+": a + b, "-": a - b, "*": a * b, "/": b === 0n ? 0n : a / b }[operator];
        expect(render(`#set($x = ${a} ${operator} ${b})$x`)).to.equal(String(exact));
      }),
      { numRuns: 1000 },
    );
  });
});

/** Pieces that form mostly invalid and sometimes valid templates in random order. */
const pieces = fc.constantFrom(
  ...[
    "$",
    "#",
    "\\",
    "!",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "'",
    '"',
    ".",
    "..",
    ",",
    ":",
    "=",
    "-",
    " ",
    "\n",
    "1",
    "x",
  ],
  ...[
    "$x",
    "$!x",
    "${x}",
    "$x.y",
    "$x.get(0)",
    "$x[0]",
    "$input",
    "$input.path('$')",
    "$util.parseJson('",
    "$context.a",
  ],
  ...[
    "#set($x = 1)",
    "#set($x = [1, 2])",
    "#set(",
    "#if($x)",
    "#if(",
    "#elseif(true)",
    "#else",
    "#end",
    "#foreach($x in $y)",
  ],
  ...[
    "#foreach($x in [1..9])",
    "#macro(m $a)",
    "#m($x)",
    "#@m()",
    "#define($d)",
    "$d",
    "#break",
    "#stop",
    "##",
    "#*",
    "*#",
    "#[[",
    "]]#",
  ],
  ...[
    "true",
    "&&",
    "||",
    "==",
    "< ",
    "+ ",
    "- ",
    "* ",
    "/ ",
    "% ",
    "not ",
    "é",
    "😀",
    "\\$x",
    "\\#if",
    ".size()",
    ".add($x)",
    ".replaceAll('(', '$')",
  ],
);

describe("a random template", () => {
  it("throws only TemplateError", () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 25 }), (parts) => {
        const template = parts.join("");
        try {
          checkTemplate(template);
          expect(renderTemplate(template, EMPTY).text).to.be.a("string");
        } catch (error) {
          expect(error).to.be.instanceOf(TemplateError);
        }
      }),
      { numRuns: 20_000 },
    );
  });

  it("is refused at rendering exactly when checkTemplate refuses it, independent of its values", () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const template = parts.join("");
        const refusal = failure(() => checkTemplate(template));
        if (refusal !== undefined) {
          expect(failure(() => renderTemplate(template, EMPTY))?.message).to.equal(refusal.message);
          expect(refusal.line).to.be.greaterThan(0);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it("renders text without dollars, hashes and backslashes unchanged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const plain = text.replaceAll(/[$#\\]/g, "");
        expect(render(plain)).to.equal(plain);
      }),
      { numRuns: 1000 },
    );
  });
});

const EMPTY = {
  body: '{"a":[1,"b"]}',
  params: { path: {}, querystring: {}, header: {} },
  context: {},
  stageVariables: {},
};

function failure(run: () => unknown): TemplateError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}
