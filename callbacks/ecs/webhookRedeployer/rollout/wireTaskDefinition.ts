import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionRequest,
  type Tag,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";

export const deploymentOnlyModule = true;

/**
 * A task definition as ECS sends it, including fields that this version of the SDK does not know and would leave out.
 */
export interface DescribedTaskDefinition {
  readonly taskDefinition?: TaskDefinition;
  readonly tags?: readonly Tag[];
}

/** Describes the latest ACTIVE revision of a family, or a given revision. */
export async function describeTaskDefinition(
  ecs: ECSClient,
  taskDefinition: string,
): Promise<DescribedTaskDefinition> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition, include: ["TAGS"] });
  let answer: DescribedTaskDefinition | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as WireMessage;
      const body = await bytesOf(response.body);
      response.body = body;
      if (isJson(response)) answer = JSON.parse(body.toString()) as DescribedTaskDefinition;
      return result;
    },
    // Nearest to the network: later steps of the SDK read the body by the SDK's own model.
    { step: "deserialize", priority: "low" },
  );
  const known = await ecs.send(command);
  return answer ?? known;
}

/** Registers a revision with every field of the request, known or not; returns its ARN. */
export async function registerTaskDefinition(
  ecs: ECSClient,
  request: RegisterTaskDefinitionRequest,
): Promise<string> {
  const command = new RegisterTaskDefinitionCommand(request);
  command.middlewareStack.add(
    (next) => (args) => {
      const message = args.request as WireMessage;
      if (isJson(message)) message.body = JSON.stringify(request);
      return next(args);
    },
    // After the SDK has serialized the body by its model, before it is measured and signed.
    { step: "build", priority: "high" },
  );
  const { taskDefinition } = await ecs.send(command);
  return taskDefinition?.taskDefinitionArn ?? "";
}

/** The common parts of the SDK's requests and responses. */
interface WireMessage {
  readonly headers: Readonly<Record<string, string>>;
  body: unknown;
}

/**
 * Checks for AWS JSON 1.1, ECS's protocol, whose names and values are those of the SDK; with another protocol only the
 * fields that the SDK knows are kept.
 */
function isJson({ headers }: WireMessage): boolean {
  const [, type = ""] =
    Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type") ?? [];
  return type.startsWith("application/x-amz-json-1.1");
}

async function bytesOf(body: unknown): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
