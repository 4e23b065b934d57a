import { expect } from "chai";
import {
  decodeRequest,
  encodeError,
  encodeResult,
  loadCodec,
  protocolOf,
  type ServiceCodec,
} from "../../codec";
import { AwsError } from "../../core/errors";
import type { WireRequest } from "../../core/service";
import { type ClientFacts, clients } from "./clients";
import { Samples } from "./samples";
import { Sdk } from "./wire";

const requestId = "00000000-1111-2222-3333-444444444444";

for (const facts of clients)
  describe(`codec of client-${facts.client} speaking ${facts.protocol}`, () => {
    let sdk: Sdk;
    let codec: ServiceCodec;

    before(() => {
      sdk = new Sdk(facts.client);
      codec = loadCodec(sdk.module);
    });

    it(`has ${facts.operations} operations and ${facts.errors} errors`, () => {
      expect(codec.operationNames).to.have.length(facts.operations);
      expect(modelledErrors(codec)).to.have.length(facts.errors);
    });

    it("decodes every request of the real client to the input", async () => {
      let compared = 0;
      for (const operation of codec.operationNames) {
        if (facts.requests?.[operation]) continue;
        const { input, decoded } = await exchange(sdk, codec, facts, operation);
        expect(decoded, operation).to.deep.equal({ operation, input, protocol: facts.protocol });
        compared++;
      }
      expect(compared).to.equal(facts.operations - Object.keys(facts.requests ?? {}).length);
    });

    it("encodes every response so that the real client parses the output", async () => {
      let compared = 0;
      for (const operation of codec.operationNames) {
        if (facts.responses?.[operation]) continue;
        const { output, parsed } = await exchange(sdk, codec, facts, operation);
        expect(parsed, operation).to.deep.equal(output);
        compared++;
      }
      expect(compared).to.equal(facts.operations - Object.keys(facts.responses ?? {}).length);
    });

    it("refuses to respond with an event stream", () => {
      for (const operation of Object.keys(facts.responses ?? {}))
        expect(() => encodeResult(codec, { operation, protocol: facts.protocol }, {}, requestId))
          .to.throw(AwsError)
          .with.property("code", "NotImplemented");
    });

    it("reports every modelled error as the class that the client exports", async () => {
      for (const error of modelledErrors(codec)) {
        const caught = await failWith(
          sdk,
          codec,
          facts,
          new AwsError(error, "It's <broken> & sad"),
        );
        expect(caught.message, error).to.equal("It's <broken> & sad");
        if (facts.confused?.[error]) expect(caught.name).not.to.equal(error);
        else expect(caught, error).to.be.instanceOf(sdk.errorClass(error));
      }
    });

    it("reports an error that is not modelled by its code", async () => {
      const caught = await failWith(sdk, codec, facts, new AwsError("QuiteUnheardOf", "no"));
      expect(caught).to.include({ name: "QuiteUnheardOf", message: "no" });
      expect(caught).to.have.nested.property("$metadata.requestId", requestId);
    });
  });

/** Makes one call with the real client and returns both ends. */
async function exchange(
  sdk: Sdk,
  codec: ServiceCodec,
  facts: ClientFacts,
  operation: string,
): Promise<{ input: unknown; output: unknown; decoded: unknown; parsed: unknown }> {
  const model = codec.operations.get(operation);
  if (!model) throw new Error(`${operation} is unknown`);
  const samples = new Samples();
  const input = samples.of(model.input) as object;
  const output = samples.of(model.output) as object;
  let decoded: unknown;
  const client = sdk.client((request: WireRequest) => {
    decoded = decodeRequest(codec, request);
    const call = { operation, protocol: protocolOf(codec, request) };
    if (facts.responses?.[operation]) return { status: 200, headers: {}, body: "" };
    return encodeResult(codec, call, output, requestId);
  }, protocolOption(facts));
  const sent = client.send(sdk.command(operation, structuredClone(input)));
  const parsed = facts.responses?.[operation] ? await sent.catch(() => ({})) : await sent;
  client.destroy();
  return {
    input,
    output,
    decoded: plain(decoded),
    parsed: plain({ ...parsed, $metadata: undefined }),
  };
}

async function failWith(
  sdk: Sdk,
  codec: ServiceCodec,
  facts: ClientFacts,
  error: AwsError,
): Promise<Error> {
  const operation = codec.operationNames[0];
  const input = new Samples().of(codec.operations.get(operation)!.input) as object;
  const client = sdk.client(
    (request) => encodeError(codec, protocolOf(codec, request), error, requestId),
    protocolOption(facts),
  );
  try {
    await client.send(sdk.command(operation, input));
  } catch (caught) {
    return caught as Error;
  } finally {
    client.destroy();
  }
  throw new Error(`${operation} did not fail with ${error.code}`);
}

function protocolOption({ protocolClass }: ClientFacts): object {
  return protocolClass ? { protocol: protocolClass } : {};
}

/** Returns the names of the modelled errors; the client's own base exception is never sent. */
function modelledErrors(codec: ServiceCodec): string[] {
  const names = new Set([...codec.errors.values()].map(({ name }) => name));
  return [...names].filter((name) => !baseExceptions.has(name));
}

const baseExceptions = new Set(
  "APIGateway AutoScaling CloudWatch CloudWatchLogs DynamoDB EC2 ECS IAM KMS Lambda SQS SSM STS"
    .split(" ")
    .map((name) => `${name}ServiceException`),
);

/** Converts byte arrays of the SDK, which are subclasses with helpers, to their content. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Date || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .map(([key, entry]) => [key, plain(entry)]),
  );
}
