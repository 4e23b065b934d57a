import { cbor } from "@smithy/core/cbor";
import { expect } from "chai";
import * as fc from "fast-check";
import { decodeRequest, encodeError, encodeResult, loadCodec, protocolOf } from "../../codec";
import { decodeCbor } from "../../codec/formats/cborReader";
import { encodeCbor } from "../../codec/formats/cborWriter";
import { AwsError } from "../../core/errors";
import { Samples } from "./samples";
import { post, Sdk } from "./wire";

const scalar = fc.oneof(
  fc.string(),
  // The SDK writes -0 as 0.
  fc.double().map((number) => number + 0),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 300 }),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie("tree")),
    fc.dictionary(
      fc.string().filter((key) => key !== "__proto__"),
      tie("tree"),
      { noNullPrototype: true },
    ),
  ),
}));

describe("CBOR", () => {
  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(plain(decodeCbor(encodeCbor(value)))).to.deep.equal(value);
      }),
    );
  });

  it("keeps the sign of zero, as the SDK's reader does", () => {
    expect(Object.is(decodeCbor(encodeCbor(-0)), -0)).to.equal(true);
    expect(Object.is(cbor.deserialize(encodeCbor(-0)), -0)).to.equal(true);
  });

  it("is compatible with the SDK's reader and writer", () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(plain(cbor.deserialize(encodeCbor(value)))).to.deep.equal(value);
        expect(plain(decodeCbor(cbor.serialize(value)))).to.deep.equal(value);
      }),
    );
  });

  it("throws only AwsError for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          expect(encodeCbor(decodeCbor(bytes))).to.be.instanceOf(Uint8Array);
        } catch (error) {
          expect(error).to.be.instanceOf(AwsError).with.property("code", "SerializationException");
        }
      }),
      { numRuns: 1000 },
    );
  });

  // Examples of RFC 8949 appendix A.
  const examples: readonly [hex: string, value: unknown][] = [
    ["1bffffffffffffffff", 18446744073709552000],
    ["3903e7", -1000],
    ["f90001", 5.960464477539063e-8],
    ["f97c00", Infinity],
    ["f9c400", -4],
    ["fa47c35000", 100000],
    ["f7", null],
    ["7f657374726561646d696e67ff", "streaming"],
    ["5f42010243030405ff", Uint8Array.of(1, 2, 3, 4, 5)],
    ["9f018202039f0405ffff", [1, [2, 3], [4, 5]]],
    ["bf61610161629f0203ffff", { a: 1, b: [2, 3] }],
  ];
  for (const [hex, value] of examples)
    it(`reads ${hex}`, () => {
      expect(plain(decodeCbor(Buffer.from(hex, "hex")))).to.deep.equal(value);
    });

  it("keeps a map key __proto__ as data", () => {
    const value = decodeCbor(Buffer.from("a1695f5f70726f746f5f5f01", "hex")) as object;
    expect(Object.entries(value)).to.deep.equal([["__proto__", 1]]);
  });
});

describe("codec serving CBOR clients of CloudWatch", () => {
  const codec = loadCodec(new Sdk("cloudwatch").module);
  const headers = { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" };
  const path = (operation: string): string =>
    `/service/GraniteServiceVersion20100801/operation/${operation}`;

  it("reads a request as boto3 of 2026 sends it", () => {
    const body = encodeCbor({ AlarmNames: ["a"], MaxRecords: 5 });
    const request = post(body, headers, path("DescribeAlarms"));
    expect(protocolOf(codec, request)).to.equal("rpcV2Cbor");
    expect(decodeRequest(codec, request)).to.deep.equal({
      operation: "DescribeAlarms",
      protocol: "rpcV2Cbor",
      input: { AlarmNames: ["a"], MaxRecords: 5 },
    });
  });

  it("encodes and decodes every operation's input and output", () => {
    for (const [operation, { input, output }] of codec.operations) {
      const sent = new Samples().of(input) as object;
      // Outputs and inputs are encoded by the same code; reading an output as an input tests both directions.
      const encoded = encodeResult(
        { ...codec, operations: new Map([[operation, { name: operation, input, output: input }]]) },
        { operation, protocol: "rpcV2Cbor" },
        sent,
        "id",
      );
      const decoded = decodeRequest(codec, post(encoded.body, headers, path(operation)));
      expect(decoded?.input, operation).to.deep.equal(sent);
      expect(
        encodeResult(
          codec,
          { operation, protocol: "rpcV2Cbor" },
          new Samples().of(output) as object,
          "id",
        ),
      ).to.have.property("status", 200);
    }
  });

  it("writes times with tag 1", () => {
    const call = { operation: "DescribeAlarms", protocol: "rpcV2Cbor" } as const;
    const alarm = { StateUpdatedTimestamp: new Date(1_700_000_000_500) };
    const { body } = encodeResult(codec, call, { MetricAlarms: [alarm] }, "id");
    expect(cbor.deserialize(Buffer.from(body)))
      .to.have.nested.property("MetricAlarms[0].StateUpdatedTimestamp")
      .that.includes({ tag: 1, value: 1_700_000_000.5 });
  });

  it("reports errors with their shape and their query code", () => {
    const error = new AwsError("ResourceNotFoundException", "gone", {
      fields: { ResourceId: "x" },
    });
    const response = encodeError(codec, "rpcV2Cbor", error, "r-1");
    expect(response).to.deep.include({ status: 404 });
    expect(response.headers).to.include({
      "smithy-protocol": "rpc-v2-cbor",
      "x-amzn-query-error": "ResourceNotFoundException;Sender",
    });
    expect(cbor.deserialize(Buffer.from(response.body))).to.deep.equal({
      __type: "com.amazonaws.cloudwatch#ResourceNotFoundException",
      Message: "gone",
      ResourceId: "x",
    });
  });

  it("does not serve another service's path", () => {
    const request = post("", headers, "/service/Other/operation/DescribeAlarms");
    expect(decodeRequest(codec, request)).to.equal(undefined);
  });
});

/** Converts buffers to plain byte arrays, for comparisons. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}
