import { expect } from "chai";
import * as fc from "fast-check";
import {
  isStageVariableValue,
  stageVariablesIn,
  undefinedUses,
} from "../../../components/api/stageVariables";

describe("stageVariablesIn", () => {
  const cases: [text: string, names: string[]][] = [
    ["arn:aws:lambda:eu-west-1:1:function:greet:${stageVariables.LambdaAlias}", ["LambdaAlias"]],
    ["http://${stageVariables.host}/${stageVariables.path}/{proxy}", ["host", "path"]],
    ['{"a": "$stageVariables.colour"}', ["colour"]],
    ['{"a": "$!stageVariables.colour", "b": "$!{stageVariables.b}"}', ["b", "colour"]],
    [`$stageVariables.get('with-dash') $stageVariables["x y"]`, ["with-dash", "x y"]],
    ["${stageVariables.a}${stageVariables.a}", ["a"]],
    ["#foreach($key in $stageVariables.keySet())$stageVariables.get($key)#end", []],
    [`#if($stageVariables.containsKey("a"))$!{stageVariables.get('b')}#end`, ["b"]],
    ["$stageVariables.get", ["get"]],
    ["stageVariables.a {stageVariables.b} $stageVariable.c", []],
    ["", []],
  ];
  for (const [text, names] of cases)
    it(`finds ${names.join(", ") || "none"} in ${text || "no text"}`, () => {
      expect(stageVariablesIn(text)).to.deep.equal(names);
    });

  it("finds each variable of any text that contains several uses", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_]{1,12}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.boolean())), (uses) => {
        const text = uses
          .map(([variable, inUri]) =>
            inUri ? `/\${stageVariables.${variable}}/` : ` $stageVariables.${variable} `,
          )
          .join("-");
        const expected = [...new Set(uses.map(([variable]) => variable))].sort();
        expect(stageVariablesIn(text)).to.deep.equal(expected);
      }),
    );
  });
});

describe("undefinedUses", () => {
  it("lists each use with the stage that does not define it", () => {
    const use = { argument: "routes[0].requestTemplate", variable: "b" };
    const stages = { stage: ["a", "b"], prod: ["a"] };
    expect(undefinedUses([{ argument: "x", variable: "a" }, use], stages)).to.deep.equal([
      { use, stage: "prod" },
    ]);
  });
});

describe("isStageVariableValue", () => {
  it("accepts what API Gateway accepts, up to 512 characters", () => {
    for (const value of ["STAGE", "elb-1.example.com:8080/a?b=c&d,#e~f_g", "x".repeat(512)])
      expect(isStageVariableValue(value), value).to.equal(true);
    for (const value of ["", "x".repeat(513), "a b", "${x}", "é", '"'])
      expect(isStageVariableValue(value), value).to.equal(false);
  });
});
