import { expect } from "chai";
import { checkTemplate, TemplateError } from "../../vtl";
import { arithmetic } from "./cases/arithmetic";
import { directives } from "./cases/directives";
import { examples } from "./cases/examples";
import { gateway } from "./cases/gateway";
import { java } from "./cases/java";
import { jsonPaths } from "./cases/jsonPaths";
import { macros } from "./cases/macros";
import { references } from "./cases/references";
import { type TemplateCase } from "./cases/templateCase";
import { whitespace } from "./cases/whitespace";
import { render, renderAll } from "./render";

const groups = [
  ...references,
  ...directives,
  ...macros,
  ...arithmetic,
  ...whitespace,
  ...gateway,
  ...java,
  ...jsonPaths,
  ...examples,
];

describe("mapping template", () => {
  for (const { reference, cases } of groups) {
    describe(reference, () => {
      for (const example of cases) it(example.name, () => verify(example));
    });
  }
});

describe("overrides of a mapping template", () => {
  const overridden = (template: string) => renderAll(template);

  it("set request parameters with one and with several values", () => {
    const { requestOverride } = overridden(
      "#set($context.requestOverride.path.id = 5)" +
        "#set($context.requestOverride.querystring.q = 'a b')" +
        "#set($context.requestOverride.header['x-many'] = ['1', 2])",
    );
    expect(requestOverride).to.deep.equal({
      path: { id: "5" },
      querystring: { q: "a b" },
      header: { "x-many": ["1", "2"] },
    });
  });

  it("set the status and the headers of the response", () => {
    const { responseOverride } = overridden(
      "#set($context.responseOverride.status = '404')#set($context.responseOverride.header.a = 'b')",
    );
    expect(responseOverride).to.deep.equal({ status: 404, header: { a: "b" } });
  });

  it("are empty when the template sets none", () => {
    const rendered = overridden("$context.stage");
    expect(rendered.requestOverride).to.deep.equal({ path: {}, querystring: {}, header: {} });
    expect(rendered.responseOverride).to.deep.equal({ header: {} });
  });

  it("do not remain from one rendering to the next", () => {
    const template = "#set($context.responseOverride.status = 500)";
    expect(
      [overridden(template), overridden(template)].map((r) => r.responseOverride.status),
    ).to.deep.equal([500, 500]);
  });
});

describe("checkTemplate", () => {
  it("accepts a template whose rendering would fail", () => {
    expect(() => checkTemplate("#set($l = [])$l.get(0)")).not.to.throw();
  });

  it("refuses a syntax error with its position", () => {
    expect(() => checkTemplate("a\n#if("))
      .to.throw(TemplateError)
      .with.include({ line: 2, column: 5 });
  });

  it("refuses a template of more than 300 KB", () => {
    expect(() => checkTemplate("é".repeat(153_601))).to.throw(TemplateError, "300 KB");
    expect(() => checkTemplate("é".repeat(153_600))).not.to.throw();
  });

  it("refuses nesting that would overflow the stack", () => {
    expect(() => checkTemplate("#if(true)".repeat(30_000))).to.throw(TemplateError);
    expect(() => checkTemplate(`#set($x = ${"(".repeat(30_000)}`)).to.throw(TemplateError);
  });
});

describe("limits of a rendering", () => {
  const LOOP = "#foreach($i in [1..1000])";
  const failing = (template: string) => () => render(template);

  it("end nested loops", () => {
    expect(failing(`${LOOP}${LOOP}${LOOP}x#end#end#end`)).to.throw(TemplateError, "too much work");
  });

  it("end a text that doubles repeatedly", () => {
    expect(failing(`#set($s = 'ab')${LOOP}#set($s = "$s$s")#end`)).to.throw(TemplateError, "10 MB");
    expect(failing(`#set($s = 'ab')${LOOP}#set($s = $s.concat($s))#end`)).to.throw(
      TemplateError,
      "10 MB",
    );
  });

  it("end a list that doubles repeatedly", () => {
    expect(failing(`#set($l = [1])${LOOP}$l.addAll($l)#end`)).to.throw(TemplateError);
  });

  it("end a text of lists that share their items", () => {
    expect(failing(`#set($l = [1])${LOOP}#set($l = [$l, $l])#end$l`)).to.throw(
      TemplateError,
      "10 MB",
    );
  });

  it("end a range that exceeds the memory", () => {
    expect(failing("#set($l = [1..2000000000])")).to.throw(TemplateError, "too much work");
  });

  it("end a list that contains itself", () => {
    expect(failing("#set($l = [[]])$l[0].add($l)$l")).to.throw(TemplateError);
  });
});

function verify(example: TemplateCase): void {
  if ("text" in example) expect(render(example.template, example)).to.equal(example.text);
  else expect(() => render(example.template, example)).to.throw(TemplateError, example.error);
}
