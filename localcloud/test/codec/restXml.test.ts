import { AwsRestXmlProtocol } from "@aws-sdk/core/protocols";
import { expect } from "chai";
import { decodeRequest, encodeError, encodeResult, loadCodec } from "../../codec";
import { AwsError } from "../../core/errors";
import { post } from "./wire";

/** No restXml service is emulated, so a small model in the SDK's notation is used. */
const namespace = "com.example.zones";
const xmlNamespace = "https://zones.example.com/doc/2026-01-01/";
const stringMap = [2, namespace, "Labels", 0, 0, 0];
const names = [1, namespace, "Names", 0, [0, { xmlName: "Name" }]];
const owner = [
  3,
  namespace,
  "Owner",
  { xmlNamespace: ["xsi", "http://www.w3.org/2001/XMLSchema-instance"] },
  ["Kind", "Id"],
  [[0, { xmlName: "xsi:type", xmlAttribute: 1 }], 1],
];
const zone = [
  3,
  namespace,
  "Zone",
  0,
  ["Id", "Names", "Aliases", "Labels", "Owner", "Secret", "Created", "Depth", "Trace"],
  [
    [0, { httpLabel: 1 }],
    () => names,
    [() => names, { xmlFlattened: 1, xmlName: "Alias" }],
    () => stringMap,
    () => owner,
    21,
    5,
    1,
    [0, { httpHeader: "X-Trace" }],
  ],
];
const put = [
  9,
  namespace,
  "PutZone",
  { http: ["PUT", "/zones/{Id}", 201] },
  () => zone,
  () => zone,
];
const broken = [-3, namespace, "ZoneBroken", { error: "client", httpError: 409 }, ["Why"], [0]];

class ZonesClient {
  readonly config = {
    serviceId: "Zones",
    defaultSigningName: "zones",
    protocol: { getShapeId: () => "aws.protocols#restXml" },
    protocolSettings: { defaultNamespace: namespace, xmlNamespace },
  };
  destroy(): void {}
}

describe("codec of a restXml service", () => {
  const codec = loadCodec({ ZonesClient, PutZone$: put, ZoneBroken$: broken });
  const input = {
    Id: "z/1",
    Names: ["a <&>", "b"],
    Aliases: ["x", "y"],
    Labels: { k: "v\n" },
    Owner: { Kind: "Person", Id: 7 },
    Secret: Uint8Array.of(1, 2, 255),
    Created: new Date("2026-01-02T03:04:05Z"),
    Depth: -2,
    Trace: "t",
  };

  it("decodes what the SDK's own protocol class serializes", async () => {
    const protocol = new AwsRestXmlProtocol({ defaultNamespace: namespace, xmlNamespace });
    const context = {
      endpoint: async () => ({ protocol: "http:", hostname: "127.0.0.1", path: "/" }),
      disableHostPrefix: true,
    };
    const schema = { namespace, name: "PutZone", traits: put[3], input: zone, output: zone };
    protocol.setSerdeContext(context as never);
    const sent = await protocol.serializeRequest(schema as never, input, context as never);
    const request = { ...post(sent.body, sent.headers, sent.path), method: sent.method };
    expect(request.path).to.equal("/zones/z%2F1");
    expect(decodeRequest(codec, request)).to.deep.equal({
      operation: "PutZone",
      protocol: "restXml",
      input,
    });
  });

  it("writes lists, maps, attributes and namespaces as Smithy specifies", () => {
    const call = { operation: "PutZone", protocol: "restXml" } as const;
    const { status, headers, body } = encodeResult(codec, call, input, "r-1");
    expect(status).to.equal(201);
    expect(headers).to.include({
      "x-trace": "t",
      "x-amz-request-id": "r-1",
      "content-type": "application/xml",
    });
    expect(body).to.equal(
      `<?xml version="1.0" encoding="UTF-8"?>\n<Zone xmlns="${xmlNamespace}"><Id>z/1</Id>` +
        "<Names><Name>a &lt;&amp;&gt;</Name><Name>b</Name></Names><Alias>x</Alias><Alias>y</Alias>" +
        "<Labels><entry><key>k</key><value>v&#xA;</value></entry></Labels>" +
        '<Owner xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Person"><Id>7</Id></Owner>' +
        "<Secret>AQL/</Secret><Created>2026-01-02T03:04:05Z</Created><Depth>-2</Depth></Zone>",
    );
  });

  it("wraps errors like the query protocols", () => {
    const error = new AwsError("ZoneBroken", "no & no", { fields: { Why: "<it>" } });
    expect(encodeError(codec, "restXml", error, "r-1")).to.deep.include({
      status: 409,
      body:
        `<ErrorResponse xmlns="${xmlNamespace}"><Error><Type>Sender</Type><Code>ZoneBroken</Code>` +
        "<Message>no &amp; no</Message><Why>&lt;it&gt;</Why></Error><RequestId>r-1</RequestId></ErrorResponse>",
    });
  });

  it("throws SerializationException for a body that is not XML", () => {
    const request = { ...post("<Zone><Id>", {}, "/zones/z"), method: "PUT" };
    expect(() => decodeRequest(codec, request))
      .to.throw(AwsError)
      .with.property("code", "SerializationException");
  });
});
