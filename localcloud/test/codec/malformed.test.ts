import { gzipSync } from "node:zlib";
import { expect } from "chai";
import * as fc from "fast-check";
import { decodeRequest, encodeResult, loadCodec, protocolOf } from "../../codec";
import { AwsError } from "../../core/errors";
import type { WireRequest } from "../../core/service";
import { escapeXml } from "../../codec/formats/xml";
import { parseXml } from "../../codec/formats/xmlReader";
import { post, Sdk } from "./wire";

const codecs = Object.fromEntries(
  ["api-gateway", "cloudwatch", "dynamodb", "ec2", "iam", "kms", "lambda", "sqs", "ssm"].map(
    (name) => [name, loadCodec(new Sdk(name).module)],
  ),
);

const json = (target: string, body: string | Uint8Array): WireRequest =>
  post(body, { "x-amz-target": target, "content-type": "application/x-amz-json-1.1" });
const cbor = (operation: string, body: Uint8Array): WireRequest =>
  post(
    body,
    { "smithy-protocol": "rpc-v2-cbor" },
    `/service/GraniteServiceVersion20100801/operation/${operation}`,
  );
const form = (body: string): WireRequest =>
  post(body, { "content-type": "application/x-www-form-urlencoded" });
const rest = (method: string, path: string, body: string | Uint8Array = ""): WireRequest => ({
  ...post(body, {}, path),
  method,
});

describe("codec facing malformed requests", () => {
  it("throws only AwsError for JSON of any shape", () => {
    const calls = [
      ["ssm", "AmazonSSM.PutParameter"],
      ["kms", "TrentService.Encrypt"],
      ["dynamodb", "DynamoDB_20120810.PutItem"],
      ["cloudwatch", "GraniteServiceVersion20100801.PutMetricData"],
    ];
    const members = fc.constantFrom("Name", "Value", "Tags", "Plaintext", "Item", "L", "M", "S");
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue(),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(members, tie("tree"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.constantFrom(...calls), tree, ([service, target], value) => {
        onlyAwsErrors(service, json(target, JSON.stringify(value)));
      }),
    );
  });

  it("throws only AwsError for any bytes in any protocol", () => {
    const request = fc.uint8Array({ maxLength: 60 }).chain((bytes) => {
      const text = Buffer.from(bytes).toString("latin1");
      return fc.constantFrom<[string, WireRequest]>(
        ["ssm", json("AmazonSSM.PutParameter", bytes)],
        ["cloudwatch", cbor("PutMetricData", bytes)],
        ["iam", form(`Action=CreateRole&${text}`)],
        ["ec2", form(`Action=RunInstances&${text}`)],
        ["sqs", form(text)],
        ["lambda", rest("PUT", `/2015-03-31/functions/${text}/code`, bytes)],
        ["lambda", rest("GET", `/2015-03-31/functions?${text}`)],
        ["api-gateway", rest("PATCH", "/restapis/abc", bytes)],
        ["cloudwatch", { ...json("x", bytes), headers: { "content-encoding": "gzip" } }],
      );
    });
    fc.assert(
      fc.property(request, ([service, wire]) => onlyAwsErrors(service, wire)),
      { numRuns: 500 },
    );
  });

  it("throws only AwsError for query parameters of any shape", () => {
    const step = fc.constantFrom(
      "Tags",
      "member",
      "1",
      "2",
      "0",
      "Key",
      "Value",
      "entry",
      "__proto__",
    );
    const pair = fc.tuple(fc.array(step, { minLength: 1, maxLength: 6 }), fc.string());
    fc.assert(
      fc.property(fc.array(pair), (pairs) => {
        const text = pairs.map(([path, value]) => `${path.join(".")}=${encodeURIComponent(value)}`);
        onlyAwsErrors("iam", form(`Action=CreateRole&RoleName=x&${text.join("&")}`));
      }),
    );
  });

  const broken: readonly [title: string, service: string, WireRequest][] = [
    ["JSON that ends early", "ssm", json("AmazonSSM.GetParameter", '{"Name":')],
    ["JSON that is no structure", "ssm", json("AmazonSSM.GetParameter", "[]")],
    ["a JSON null as the whole body", "ssm", json("AmazonSSM.GetParameter", "null")],
    ["a number for a string", "ssm", json("AmazonSSM.GetParameter", '{"Name":1}')],
    ["a string for a number", "ssm", json("AmazonSSM.DescribeParameters", '{"MaxResults":"5"}')],
    ["a string for a list", "ssm", json("AmazonSSM.GetParameters", '{"Names":"a"}')],
    ["a null in a list", "ssm", json("AmazonSSM.GetParameters", '{"Names":[null]}')],
    ["base64 that is none", "kms", json("TrentService.Decrypt", '{"CiphertextBlob":"a*b="}')],
    ["bytes that are no UTF-8", "ssm", json("AmazonSSM.GetParameter", Uint8Array.of(0x22, 0xff))],
    ["percent-encoding in a body", "iam", form("Action=GetRole&RoleName=%zz")],
    ["percent-encoding in a path", "lambda", rest("GET", "/2015-03-31/functions/%zz")],
    ["percent-encoding in a query", "lambda", rest("GET", "/2015-03-31/functions?Marker=%zz")],
    ["a number that is none in a query", "lambda", rest("GET", "/2015-03-31/functions?MaxItems=x")],
    ["a boolean that is none in a form", "ec2", form("Action=DescribeInstances&DryRun=maybe")],
    ["a time that is none", "cloudwatch", form("Action=DescribeAlarmHistory&StartDate=soon")],
    ["CBOR with a length that is a lie", "cloudwatch", cbor("PutMetricData", Uint8Array.of(0xbb))],
  ];
  for (const [title, service, wire] of broken)
    it(`throws SerializationException for ${title}`, () => {
      expect(() => decodeRequest(codecs[service], wire))
        .to.throw(AwsError)
        .with.property("code", "SerializationException");
    });

  it("refuses endlessly nested JSON without a stack overflow", () => {
    const depth = 200_000;
    const body = `{"TableName":"t","Item":{"a":${'{"L":['.repeat(depth)}${"]}".repeat(depth)}}}`;
    expect(() => decodeRequest(codecs.dynamodb, json("DynamoDB_20120810.PutItem", body)))
      .to.throw(AwsError)
      .with.property("code", "SerializationException");
  });

  it("refuses a small body that decompresses endlessly", () => {
    const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, " "));
    const wire = json("GraniteServiceVersion20100801.PutMetricData", bomb);
    expect(() =>
      decodeRequest(codecs.cloudwatch, {
        ...wire,
        headers: { ...wire.headers, "content-encoding": "gzip" },
      }),
    )
      .to.throw(AwsError)
      .with.property("code", "SerializationException");
  });
});

describe("codec facing prototypes", () => {
  it("keeps a map key __proto__ as data in both directions", () => {
    const body = '{"KeyId":"k","Plaintext":"YQ==","EncryptionContext":{"__proto__":"x","a":"b"}}';
    const call = decodeRequest(codecs.kms, json("TrentService.Encrypt", body));
    const context = call?.input.EncryptionContext as object;
    expect(Object.entries(context)).to.deep.equal([
      ["__proto__", "x"],
      ["a", "b"],
    ]);
    const created = encodeResult(
      codecs.lambda,
      { operation: "CreateFunction", protocol: "restJson" },
      { Environment: { Variables: context } },
      "id",
    );
    expect(created.body).to.contain('"__proto__":"x"');
    expect(({} as Record<string, unknown>).a).to.equal(undefined);
  });

  it("reads no member from an object's prototype", () => {
    const call = decodeRequest(
      codecs.ssm,
      json("AmazonSSM.GetParameter", '{"Name":"a","__proto__":{"WithDecryption":true}}'),
    );
    expect(call?.input).to.deep.equal({ Name: "a" });
  });

  it("finds no operation by the name of an inherited property", () => {
    for (const name of ["constructor", "__proto__", "toString"]) {
      expect(decodeRequest(codecs.ssm, json(`AmazonSSM.${name}`, "{}"))).to.equal(undefined);
      expect(decodeRequest(codecs.iam, form(`Action=${name}`))).to.equal(undefined);
    }
  });
});

describe("codec's XML reader", () => {
  it("reads back any text that it escaped", () => {
    const text = fc.string({ unit: "binary" }).filter((s) => !/[\ud800-\udfff]/.test(s));
    fc.assert(
      fc.property(text, (value) => {
        const { text: content, attributes } = parseXml(
          `<a b="${escapeXml(value)}">${escapeXml(value)}</a>`,
        );
        expect(content).to.equal(value);
        expect(attributes.get("b")).to.equal(value);
      }),
    );
  });

  it("throws only AwsError for any text", () => {
    const piece = fc.constantFrom(
      "<a>",
      "</a>",
      "<a",
      "/>",
      "&amp;",
      "&#0;",
      "&x",
      "<![CDATA[",
      "]]>",
      "<!--",
      '="',
      "x",
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        try {
          expect(parseXml(pieces.join(""))).to.have.property("children");
        } catch (error) {
          expect(error).to.be.instanceOf(AwsError).with.property("code", "SerializationException");
        }
      }),
    );
  });

  for (const document of [
    '<!DOCTYPE a [<!ENTITY b "boom">]><a>&b;</a>',
    "<a>&b;</a>",
    "<a>&constructor;</a>",
    "<a>R & D</a>",
    "<a></b>",
    "<a/><b/>",
    "text",
    "",
    "<a>".repeat(1000),
  ])
    it(`refuses ${document.slice(0, 30) || "nothing"}`, () => {
      expect(() => parseXml(document))
        .to.throw(AwsError)
        .with.property("code", "SerializationException");
    });
});

function onlyAwsErrors(service: string, request: WireRequest): void {
  const codec = codecs[service];
  try {
    const call = decodeRequest(codec, request);
    if (call) expect(call.protocol).to.equal(protocolOf(codec, request));
  } catch (error) {
    expect(error).to.be.instanceOf(AwsError);
  }
}
