import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionRequest,
  type Tag,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";

export const deploymentOnlyModule = true;

/** A task definition as ECS tells it, with what this version of the SDK does not know and would leave out. */
export interface DescribedTaskDefinition {
  readonly taskDefinition?: TaskDefinition;
  readonly tags?: readonly Tag[];
}

/** Describes the latest ACTIVE revision of a family, or a revision. */
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
    // Nearest to the network: what comes after it in the SDK reads the body by its own model.
    { step: "deserialize", priority: "low" },
  );
  const known = await ecs.send(command);
  return answer ?? known;
}

/** Registers a revision with every field of the request, known or not; answers its ARN. */
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
    // After the SDK has written the body by its model, before it is measured and signed.
    { step: "build", priority: "high" },
  );
  const { taskDefinition } = await ecs.send(command);
  return taskDefinition?.taskDefinitionArn ?? "";
}

/** What the SDK's requests and responses have in common. */
interface WireMessage {
  readonly headers: Readonly<Record<string, string>>;
  body: unknown;
}

/** ECS speaks AWS JSON 1.1, whose names and values are those of the SDK; another protocol keeps what the SDK knows. */
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
