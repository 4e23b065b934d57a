import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { accept, type AcceptConfig, ignoredBecause } from "./push/accept";
import { safeCallbackUrl } from "./push/callbackUrl";
import type { Push } from "./push/delivery";
import { type Deps, systemDeps } from "../../deps";
import { type Parsed, parseDockerHub, parseGeneric } from "./push/dockerHubPayload";
import { type EcrPushEvent, isEcrPush, parseEcrPush } from "./push/ecr";
import { reasonOf } from "../../retry";
import { isOneOf, isSigned, secretsOf } from "./push/signature";

export const deploymentOnlyModule = true;

/** The part of API Gateway's proxy event that is used. */
export interface WebhookRequest {
  readonly resource: string;
  readonly pathParameters: Readonly<Record<string, string | undefined>> | null;
  readonly headers: Readonly<Record<string, string | undefined>> | null;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

export interface WebhookResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Settings that the program decides; the environment names the resources. */
export interface AckSettings extends Omit<AcceptConfig, "tableName" | "queueUrl"> {
  /** Whether to keep Docker Hub's callback URL for an answer. */
  readonly answerCallback: boolean;
}

export interface AckConfig extends AckSettings, AcceptConfig {
  /** Name of the SecureString parameter with the token. */
  readonly tokenParameter: string;
}

/** Milliseconds that the token is cached: how long after a change the old one may still be accepted. */
const TOKEN_LIFE = 60_000;

/** Made for `callbackFactory`: answers senders within a second and leaves the work to the queue. */
export function ackFactory(
  settings: AckSettings,
): () => (event: WebhookRequest | EcrPushEvent) => Promise<WebhookResponse | undefined> {
  return () => {
    const { TABLE_NAME = "", QUEUE_URL = "", TOKEN_PARAMETER = "" } = process.env;
    const places = { tableName: TABLE_NAME, queueUrl: QUEUE_URL, tokenParameter: TOKEN_PARAMETER };
    return ackHandler({ ...settings, ...places }, systemDeps);
  };
}

export function ackHandler(
  config: AckConfig,
  deps: Deps,
): (event: WebhookRequest | EcrPushEvent) => Promise<WebhookResponse | undefined> {
  const dynamodb = new DynamoDBClient(deps.aws);
  const sqs = new SQSClient(deps.aws);
  const readSecrets = secretReader(config.tokenParameter, deps);

  const take = async (push: Push): Promise<WebhookResponse> => {
    const ignored = ignoredBecause(push, config);
    if (ignored) {
      console.log("ignored", { repository: push.repository, tag: push.tag, because: ignored });
      return respond(202, { ignored });
    }
    const callbackUrl = config.answerCallback ? safeCallbackUrl(push.callbackUrl) : undefined;
    const { repository, tag, pushedAt } = push;
    const wanted = { repository, tag, pushedAt, ...(callbackUrl ? { callbackUrl } : {}) };
    const { deliveryId } = await accept(wanted, config, { dynamodb, sqs, now: deps.now() });
    console.log("accepted", { deliveryId, repository, tag });
    return respond(202, { deliveryId });
  };

  const answer = async (request: WebhookRequest): Promise<WebhookResponse> => {
    if (!isAuthorized(request, await readSecrets(), deps.now())) {
      return respond(404, { message: "Not found" });
    }
    const push = pushOf(request, deps.now());
    return push.ok
      ? await take(push.value)
      : respond(400, { message: `${push.field} ${push.problem}`, field: push.field });
  };

  return async (event) => {
    if (isEcrPush(event)) {
      const push = parseEcrPush(event, deps.now());
      // Lambda retries an event that fails, and finally moves it to the failure queue.
      if (push) await take(push);
      return undefined;
    }
    try {
      return await answer(event);
    } catch (error) {
      console.error("failed", { reason: reasonOf(error) });
      return respond(503, { message: "Try again later" });
    }
  };
}

function isAuthorized(request: WebhookRequest, secrets: readonly string[], now: number): boolean {
  if (request.resource === "/signed") {
    const header = Object.entries(request.headers ?? {}).find(
      ([name]) => name.toLowerCase() === "x-signature",
    );
    const nowSeconds = Math.floor(now / 1000);
    return isSigned(header?.[1], request.body ?? "", { secrets, nowSeconds });
  }
  return isOneOf(request.pathParameters?.token ?? "", secrets);
}

function pushOf({ resource, body, isBase64Encoded }: WebhookRequest, now: number): Parsed<Push> {
  if (isBase64Encoded) return { ok: false, field: "body", problem: "is not text" };
  return resource === "/signed" ? parseGeneric(body, now) : parseDockerHub(body, now);
}

/** Reads the token at most once a minute, so that requests with a wrong token cause no calls. */
function secretReader(Name: string, deps: Deps): () => Promise<readonly string[]> {
  const ssm = new SSMClient(deps.aws);
  let known: { readonly secrets: readonly string[]; readonly until: number } | undefined;
  return async () => {
    if (known && deps.now() < known.until) return known.secrets;
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
    known = { secrets: secretsOf(Parameter?.Value ?? ""), until: deps.now() + TOKEN_LIFE };
    return known.secrets;
  };
}

function respond(statusCode: number, body: object): WebhookResponse {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return { statusCode, headers, body: JSON.stringify(body) };
}
