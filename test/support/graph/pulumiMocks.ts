import * as pulumi from "@pulumi/pulumi";

export interface RegisteredResource {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/** Resources that a program has registered since the last mockPulumi(). */
export interface PulumiMocks {
  resources: RegisteredResource[];
  /** Returns the only resource of a type, such as "aws:iam/role:Role". */
  only(type: string): RegisteredResource;
  ofType(type: string): RegisteredResource[];
  /** Returns the resource of a type with this logical name. */
  named(type: string, name: string): RegisteredResource;
}

export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";

/** Answers of the provider's functions about account and region. */
const ACCOUNT_VALUES = {
  accountId: ACCOUNT,
  region: REGION,
  partition: "aws",
  dnsSuffix: "amazonaws.com",
};

export interface MockOptions {
  preview?: boolean;
  /** Resources without an id, as `<type> <name>`: those that a preview would create. Default: all have one. */
  created?: readonly string[];
  /** Parameters that lists find, by name. Default: none. */
  parameters?: Readonly<Record<string, string>>;
}

/**
 * Answers registrations in this process with names like AWS's. Mocks are global to the process: call it in a `before`
 * or `beforeEach` of each file that creates resources.
 */
export function mockPulumi({
  preview = false,
  created = [],
  parameters = {},
}: MockOptions = {}): PulumiMocks {
  const resources: RegisteredResource[] = [];
  const ofType = (type: string): RegisteredResource[] => resources.filter((r) => r.type === type);
  pulumi.runtime.setMocks(
    {
      newResource(args) {
        const inputs = args.inputs as Record<string, unknown>;
        resources.push({ type: args.type, name: args.name, inputs });
        if (!args.type.startsWith("aws:")) return { id: undefined, state: inputs };
        const id = created.includes(`${args.type} ${args.name}`) ? undefined : `${args.name}-id`;
        return { id, state: { ...awsOutputs(args.type, args.name), ...inputs } };
      },
      call: (args) => ({
        ...(args.inputs as object),
        ...ACCOUNT_VALUES,
        names: Object.keys(parameters),
        values: Object.values(parameters),
      }),
    },
    "project",
    "stack",
    preview,
  );
  return {
    resources,
    ofType,
    named(type, name) {
      const found = ofType(type).find((resource) => resource.name === name);
      if (!found) throw new Error(`no resource of type ${type} is named ${name}`);
      return found;
    },
    only(type) {
      const found = ofType(type);
      if (found.length !== 1) throw new Error(`${found.length} resources of type ${type}`);
      return found[0];
    },
  };
}

/** Returns the value of an Output; rejects when the Output does. */
export function unwrap<T>(output: pulumi.Output<T>): Promise<T> {
  // Not in the public types, but the only way to see a rejection: apply() would not run.
  return (output as unknown as { promise(): Promise<T> }).promise();
}

const KINDS: Readonly<Record<string, string>> = {
  "aws:cloudwatch/logGroup:LogGroup": "log-group:",
  "aws:lambda/function:Function": "function:",
};

function awsOutputs(type: string, name: string): Record<string, unknown> {
  const service = type.split(":")[1].split("/")[0];
  const physical = `${name}-0000001`;
  // The prefix of ARNs to which permissions append a pattern is their kind, as in AWS's own.
  const kind = KINDS[type] ?? "";
  const arn = `arn:aws:${service}:${REGION}:${ACCOUNT}:${kind}${physical}`;
  return {
    arn,
    name: physical,
    url: `https://${service}.${REGION}.amazonaws.com/${ACCOUNT}/${physical}`,
    version: "$LATEST",
    invokeArn: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${arn}/invocations`,
  };
}

/**
 * Runs a program in a stack, where its resources find each other: returns `accepted <value>`, or why the output fails.
 */
export async function acceptedBy(program: () => pulumi.Output<string>): Promise<string> {
  mockPulumi();
  let answer = "";
  await pulumi.runtime.runInPulumiStack(async () => {
    answer = await unwrap(program()).then(
      (value) => `accepted ${value}`,
      (error: Error) => error.message,
    );
  });
  return answer;
}
