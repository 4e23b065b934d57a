import type { Target } from "@aws-sdk/client-eventbridge";
import { expect } from "chai";
import { isJsonPath } from "../../../../services/eventbridge/input/jsonPath";
import { targetInput } from "../../../../services/eventbridge/input/targetInput";

const EVENT = {
  time: "2015-11-11T21:29:54Z",
  "detail-type": "State",
  detail: { "instance-id": "i-0123456789", state: "RUNNING", count: 3, tags: [{ k: "a" }] },
};
const CONTEXT = {
  ruleName: "example",
  ruleArn: "arn:aws:events:us-east-2:123456789012:rule/example",
  ingestionTime: new Date(0),
};
const PATHS = {
  timestamp: "$.time",
  instance: "$.detail.instance-id",
  state: "$.detail.state",
  count: "$.detail.count",
  tags: "$.detail.tags",
  none: "$.detail.none",
  detail: "$.detail",
};

describe("targetInput", () => {
  const input = (target: Omit<Target, "Id" | "Arn">): string =>
    targetInput({ Id: "t", Arn: "x", ...target }, EVENT, CONTEXT) ?? "nothing";
  const filled = (InputTemplate: string): string =>
    input({ InputTransformer: { InputPathsMap: PATHS, InputTemplate } });

  it("is the event itself, a constant, or a part of the event", () => {
    expect(JSON.parse(input({}))).to.deep.equal(EVENT);
    expect(input({ Input: '{"a": 1}' })).to.equal('{"a": 1}');
    expect(input({ InputPath: "$.detail.tags[0].k" })).to.equal('"a"');
    expect(input({ InputPath: "$.detail['instance-id']" })).to.equal('"i-0123456789"');
    expect(JSON.parse(input({ InputPath: "$" }))).to.deep.equal(EVENT);
    expect(input({ InputPath: "$.nothing" })).to.equal("null");
  });

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
  const rows: [string, string][] = [
    ['"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'],
    ['"instance \\"<instance>\\" is in"', '"instance \\"i-0123456789\\" is in"'],
    [
      '{\n "instance" : <instance>,\n "state": <state>\n}',
      '{"instance":"i-0123456789","state":"RUNNING"}',
    ],
    ['{"state": [ 9, <state>, true ], "c": <count>}', '{"state":[9,"RUNNING",true],"c":3}'],
    ['"<count> of <tags>"', '"3 of [{k:a}]"'],
    ['"<detail>"', '"{instance-id:i-0123456789,state:RUNNING,count:3,tags:[{k:a}]}"'],
    ['{"text": "<count> of <tags>"}', "nothing"],
    ['{"text": "<count>"}', '{"text":"3"}'],
    ['"<aws.events.rule-name> triggered"', '"example triggered"'],
    ['{"rule": <aws.events.rule-arn>}', `{"rule":"${CONTEXT.ruleArn}"}`],
    [
      '{"event": <aws.events.event>}',
      JSON.stringify({ event: { time: EVENT.time, detailType: "State" } }),
    ],
    ['{"text": <aws.events.event.json>}', JSON.stringify({ text: JSON.stringify(EVENT) })],
    ['{"at": <aws.events.event.ingestion-time>}', '{"at":"1970-01-01T00:00:00.000Z"}'],
    ['{"gone": "<none>", "also": <none>}', '{"gone":"","also":""}'],
  ];
  for (const [template, expected] of rows)
    it(`fills ${template.replaceAll("\n", "")}`, () => {
      expect(filled(template)).to.equal(expected);
    });

  it("accepts the paths that EventBridge supports", () => {
    for (const path of ["$", "$.a", "$.a-b.c_d", "$.a[0].b", "$['a b']"])
      expect(isJsonPath(path), path).to.equal(true);
    for (const path of ["", "a", "$a", "$..a", "$.a[*]", "$.a[?(@.b)]", "$."])
      expect(isJsonPath(path), path).to.equal(false);
  });
});
