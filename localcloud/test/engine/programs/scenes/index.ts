// One small program per claim about the engine; the environment variable SCENE selects it.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

class Wrapped extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;

  constructor(name: string) {
    super("test:index:Wrapped", name);
    const queue = new aws.sqs.Queue(`${name}-queue`, {}, { parent: this });
    this.url = queue.url;
    this.registerOutputs({ url: this.url, token: pulumi.secret("hidden") });
  }
}

class Remote extends pulumi.ComponentResource {
  constructor(name: string) {
    super("awsx:ec2:Vpc", name, {}, {}, true);
  }
}

const queue = (
  args: aws.sqs.QueueArgs = {},
  options: pulumi.CustomResourceOptions = {},
): aws.sqs.Queue => new aws.sqs.Queue("queue", args, options);

const SCENES: Record<string, () => unknown> = {
  queue: () => void queue(),
  empty: () => undefined,
  throws: () => {
    throw new Error("no luck today");
  },
  hangs: () => {
    queue().url.apply(() => console.log("deployed"));
    setInterval(() => undefined, 1000);
    return new Promise(() => undefined);
  },
  duplicate: () => void [queue(), queue()],
  badInput: () => void new aws.sqs.Queue("bad", { visibilityTimeoutSeconds: 43_201 }),
  unsupportedInput: () => void new aws.apigateway.RestApi("api", { body: "{}" }),
  missingInput: () =>
    void new aws.iam.RolePolicyAttachment("none", {} as aws.iam.RolePolicyAttachmentArgs),
  remote: () => void new Remote("vpc"),
  unknownPackage: () => {
    class RandomId extends pulumi.CustomResource {}
    new RandomId("random:index/randomId:RandomId", "id");
  },
  dynamic: () => {
    const create = (): Promise<pulumi.dynamic.CreateResult> =>
      Promise.resolve({ id: "1", outs: {} });
    class Dynamic extends pulumi.dynamic.Resource {}
    new Dynamic({ create }, "dynamic", {});
  },
  unknownType: () => void new aws.sfn.Activity("activity"),
  unknownInvoke: () => aws.s3.getBucket({ bucket: "b" }),
  transforms: () => void queue({}, { transforms: [(args) => args] }),
  stackTransform: () => {
    pulumi.runtime.registerResourceTransform((args) => args);
    queue();
  },
  hooks: () => {
    const beforeCreate = [new pulumi.ResourceHook("hook", () => undefined)];
    queue({}, { hooks: { beforeCreate } });
  },
  replacementTrigger: () => void queue({}, { replacementTrigger: "again" }),
  stackReference: () => new pulumi.StackReference("organization/project/prod").getOutput("url"),
  getsMissing: () => void aws.sqs.Queue.get("missing", "http://127.0.0.1:1/123456789012/missing"),
  refers: () => {
    const wrapped = new Wrapped("wrapped");
    const attachment = new aws.iam.RolePolicyAttachment("attachment", {
      role: new aws.iam.Role("role", {
        assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
        description: pulumi.secret("nobody's business"),
      }),
      policyArn: aws.iam.ManagedPolicy.AWSLambdaBasicExecutionRole,
    });
    const marked = queue({}, { additionalSecretOutputs: ["arn"] });
    const again = marked.urn.apply((urn) => new aws.sqs.Queue("again", undefined, { urn }).arn);
    const read = aws.sqs.Queue.get("read", marked.id);
    return {
      url: wrapped.url,
      role: attachment.role,
      readName: read.name,
      arn: marked.arn,
      again,
      description: attachment.urn,
      secretArn: marked.arn.apply((arn) => arn.length),
    };
  },
  invokes: async () => {
    const { accountId } = await aws.getCallerIdentity();
    const { region } = await aws.getRegion();
    const missing = await aws.ssm
      .getParameter({ name: "/none" })
      .catch((error: Error) => error.message);
    const parameter = new aws.ssm.Parameter("p", { name: "/one", type: "String", value: "1" });
    const found = aws.ssm.getParameterOutput({ name: parameter.name });
    return { accountId, region, missing, found: found.value };
  },
};

const scene = SCENES[process.env.SCENE ?? ""];

export = async (): Promise<unknown> => {
  if (process.env.MANY) for (let n = 0; n < 8; n += 1) new aws.sqs.Queue(`many${n}`);
  return scene();
};
