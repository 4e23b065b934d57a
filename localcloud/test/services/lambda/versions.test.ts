import {
  CreateAliasCommand,
  type CreateAliasCommandInput,
  CreateFunctionCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionCommand,
  ListAliasesCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from "@aws-sdk/client-lambda";
import { expect } from "chai";
import type { LambdaStore } from "../../../services/lambda/store";
import { errorOf, LambdaCloud, zip } from "./lambdaCloud";

const answering = (value: string): string =>
  `exports.handler = async (e, c) => ({ value: "${value}", version: c.functionVersion, arn: c.invokedFunctionArn });`;

const ARN = "arn:aws:lambda:us-east-1:123456789012:function";

describe("Lambda: versions and aliases", () => {
  let aws: LambdaCloud;
  before(async () => (aws = await LambdaCloud.start()));
  after(() => aws.stop());

  const publish = (FunctionName: string, more: object = {}) =>
    aws.lambda.send(new PublishVersionCommand({ FunctionName, ...more }));
  const update = (FunctionName: string, value: string) =>
    aws.lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zip(answering(value)) }),
    );
  const alias = (input: Partial<CreateAliasCommandInput> & { FunctionName: string }) =>
    aws.lambda.send(new CreateAliasCommand({ Name: "live", FunctionVersion: "1", ...input }));
  /** Creates a function with two published versions, `one` and `two`. */
  const twoVersions = async (name: string): Promise<void> => {
    await aws.create(name, answering("one"), { Publish: true });
    await update(name, "two");
    await publish(name);
  };

  it("keep a published version unchanged", async () => {
    await twoVersions("kept");
    expect((await aws.invoke("kept:1")).value).to.deep.equal({
      value: "one",
      version: "1",
      arn: `${ARN}:kept:1`,
    });
    const latest = await aws.invoke("kept", {}, { Qualifier: "2" });
    expect(latest.value.value).to.equal("two");
    expect(latest.version).to.equal("2");
  });

  it("are returned by a creation that publishes, with the function's own ARN and the version's number", async () => {
    const { FunctionName, ...created } = await aws.lambda.send(
      new CreateFunctionCommand({
        FunctionName: "published",
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        Role: aws.roleArn,
        Code: { ZipFile: zip(answering("one")) },
        Publish: true,
      }),
    );
    expect(FunctionName).to.equal("published");
    expect(created).to.include({ FunctionArn: `${ARN}:published`, Version: "1" });
    const { Configuration } = await aws.lambda.send(
      new GetFunctionCommand({ FunctionName: "published", Qualifier: "1" }),
    );
    expect(Configuration?.FunctionArn).to.equal(`${ARN}:published:1`);
  });

  it("have a link to each version's zip that works for ten minutes", async () => {
    await twoVersions("linked");
    const link = async (Qualifier: string): Promise<string> => {
      const input = { FunctionName: "linked", Qualifier };
      const { Code } = await aws.lambda.send(new GetFunctionCommand(input));
      return Code?.Location ?? "";
    };
    const first = await link("1");
    const read = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(await read(first)).to.deep.equal(Buffer.from(zip(answering("one"))));
    expect(await read(await link("2"))).to.deep.equal(Buffer.from(zip(answering("two"))));
    await aws.cloud.clock.advance(10 * 60_000);
    expect((await fetch(first)).status).to.equal(403);
  });

  it("are not published again when nothing has changed", async () => {
    await aws.create("same", answering("one"));
    const first = await publish("same", { Description: "first" });
    expect(first).to.include({ Version: "1", Description: "first", FunctionArn: `${ARN}:same:1` });
    expect((await publish("same")).Version).to.equal("1");
    await update("same", "two");
    expect((await publish("same")).Version).to.equal("2");
  });

  it("are published only for the code and revision that the caller expects", async () => {
    await aws.create("guarded", answering("one"));
    const wrongCode = await errorOf(publish("guarded", { CodeSha256: "AAAA" }));
    expect(wrongCode.name).to.equal("InvalidParameterValueException");
    expect(wrongCode.message).to.match(
      /^CodeSHA256 \(AAAA\) is different from current CodeSHA256 in \$LATEST \(.+\)\. Please try again with the CodeSHA256 in \$LATEST\.$/,
    );
    const wrongRevision = await errorOf(publish("guarded", { RevisionId: "old" }));
    expect(wrongRevision.name).to.equal("PreconditionFailedException");
    const { Configuration } = await aws.lambda.send(
      new GetFunctionCommand({ FunctionName: "guarded" }),
    );
    const { CodeSha256, RevisionId } = Configuration ?? {};
    expect((await publish("guarded", { CodeSha256, RevisionId })).Version).to.equal("1");
  });

  it("are listed in order, with $LATEST", async () => {
    await aws.create("counted", answering("0"));
    for (let n = 1; n <= 11; n++) {
      await update("counted", String(n));
      await publish("counted");
    }
    const { Versions = [], NextMarker } = await aws.lambda.send(
      new ListVersionsByFunctionCommand({ FunctionName: "counted", MaxItems: 4 }),
    );
    expect(Versions.map(({ Version }) => Version)).to.deep.equal(["$LATEST", "1", "2", "3"]);
    const rest = await aws.lambda.send(
      new ListVersionsByFunctionCommand({ FunctionName: "counted", Marker: NextMarker }),
    );
    expect(rest.Versions?.at(-1)?.Version).to.equal("11");
  });

  it("never reuse a version number", async () => {
    await twoVersions("numbered");
    await aws.lambda.send(new DeleteFunctionCommand({ FunctionName: "numbered", Qualifier: "2" }));
    expect((await errorOf(aws.invoke("numbered:2"))).message).to.equal(
      `Function not found: ${ARN}:numbered:2`,
    );
    expect((await publish("numbered")).Version).to.equal("3");
  });

  it("move an alias to another version with its current revision", async () => {
    await twoVersions("promoted");
    const created = await alias({ FunctionName: "promoted" });
    expect(created).to.include({ AliasArn: `${ARN}:promoted:live`, FunctionVersion: "1" });
    const before = await aws.invoke("promoted:live");
    expect(before.value).to.include({ value: "one", arn: `${ARN}:promoted:live` });
    const move = (RevisionId?: string) =>
      aws.lambda.send(
        new UpdateAliasCommand({
          FunctionName: "promoted",
          Name: "live",
          FunctionVersion: "2",
          RevisionId,
        }),
      );
    const moved = await move(created.RevisionId);
    expect(moved.RevisionId).to.not.equal(created.RevisionId);
    expect((await aws.invoke("promoted:live")).value.value).to.equal("two");
    expect((await errorOf(move(created.RevisionId))).name).to.equal("PreconditionFailedException");
  });

  it("split the traffic of a weighted alias between its two versions", async () => {
    await twoVersions("split");
    const RoutingConfig = { AdditionalVersionWeights: { "2": 0.25 } };
    const created = await alias({ FunctionName: "split", RoutingConfig });
    expect(created.RoutingConfig).to.deep.equal(RoutingConfig);
    const store = aws.cloud.registry.named("lambda")?.store("us-east-1", aws.cloud) as LambdaStore;
    const draws = [0, 0.24, 0.25, 0.99];
    store.random = () => draws.shift() ?? 1;
    const versions: (string | undefined)[] = [];
    for (let n = 0; n < 4; n++) versions.push((await aws.invoke("split:live")).version);
    store.random = Math.random;
    expect(versions).to.deep.equal(["2", "2", "1", "1"]);
    await aws.lambda.send(
      new UpdateAliasCommand({
        FunctionName: "split",
        Name: "live",
        RoutingConfig: { AdditionalVersionWeights: {} },
      }),
    );
    const ended = await aws.lambda.send(
      new GetAliasCommand({ FunctionName: "split", Name: "live" }),
    );
    expect(ended.RoutingConfig).to.equal(undefined);
  });

  it("refuse weights that AWS refuses", async () => {
    await twoVersions("unbalanced");
    const weighted = (FunctionVersion: string, AdditionalVersionWeights: Record<string, number>) =>
      errorOf(
        alias({
          FunctionName: "unbalanced",
          FunctionVersion,
          RoutingConfig: { AdditionalVersionWeights },
        }),
      );
    expect((await weighted("$LATEST", { "1": 0.5 })).message).to.equal(
      "$LATEST is not supported for an alias pointing to more than 1 version",
    );
    expect((await weighted("1", { $LATEST: 0.5 })).name).to.equal("InvalidParameterValueException");
    expect((await weighted("1", { "1": 0.5 })).message).to.equal(
      "Invalid function version 1. Function version 1 is already included in routing configuration.",
    );
    expect((await weighted("1", { "2": 1.5 })).name).to.equal("ValidationException");
    expect((await weighted("1", { "2": 0.1, "3": 0.1 })).message).to.equal(
      "Number of items in AdditionalVersionWeights cannot be greater than 1",
    );
    expect((await weighted("1", { "7": 0.5 })).message).to.equal(
      `Function not found: ${ARN}:unbalanced:7`,
    );
  });

  it("refuse a second alias of a name, an unknown version and a number as a name", async () => {
    await twoVersions("named");
    await alias({ FunctionName: "named" });
    const again = await errorOf(alias({ FunctionName: "named" }));
    expect(again.name).to.equal("ResourceConflictException");
    expect(again.message).to.equal(`Alias already exists: ${ARN}:named:live`);
    const missing = await errorOf(
      alias({ FunctionName: "named", Name: "x", FunctionVersion: "9" }),
    );
    expect(missing.name).to.equal("ResourceNotFoundException");
    const number = await errorOf(alias({ FunctionName: "named", Name: "12" }));
    expect(number.name).to.equal("ValidationException");
  });

  it("keep a version that an alias points to", async () => {
    await twoVersions("needed");
    await alias({
      FunctionName: "needed",
      RoutingConfig: { AdditionalVersionWeights: { "2": 0.5 } },
    });
    for (const Qualifier of ["1", "2"]) {
      const command = new DeleteFunctionCommand({ FunctionName: "needed", Qualifier });
      expect((await errorOf(aws.lambda.send(command))).name).to.equal("ResourceConflictException");
    }
    await aws.lambda.send(new DeleteAliasCommand({ FunctionName: "needed", Name: "live" }));
    await aws.lambda.send(new DeleteFunctionCommand({ FunctionName: "needed", Qualifier: "2" }));
    const gone = await errorOf(
      aws.lambda.send(new GetAliasCommand({ FunctionName: "needed", Name: "live" })),
    );
    expect(gone.message).to.equal(`Cannot find alias arn: ${ARN}:needed:live`);
  });

  it("list aliases, optionally of one version", async () => {
    await twoVersions("listed");
    await alias({ FunctionName: "listed", Name: "b" });
    await alias({ FunctionName: "listed", Name: "a", FunctionVersion: "2" });
    const list = async (FunctionVersion?: string) => {
      const command = new ListAliasesCommand({ FunctionName: "listed", FunctionVersion });
      return (await aws.lambda.send(command)).Aliases?.map(({ Name }) => Name);
    };
    expect(await list()).to.deep.equal(["a", "b"]);
    expect(await list("2")).to.deep.equal(["a"]);
  });

  it("refuse two different qualifiers", async () => {
    await twoVersions("ambiguous");
    const error = await errorOf(aws.invoke("ambiguous:1", {}, { Qualifier: "2" }));
    expect(error.message).to.equal(
      "The derived qualifier from the function name does not match the specified qualifier.",
    );
  });
});
