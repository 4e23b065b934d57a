import type { PolicyDocument } from "../../../../core/policyDocument";

/** An authorizer's result for a caller. */
export interface AuthorizerResult {
  readonly principalId: string;
  readonly policy: PolicyDocument;
  /** `$context.authorizer.*`: all values are text. */
  readonly context: Readonly<Record<string, string>>;
  readonly usageIdentifierKey?: string;
}

/** Results by the identity values of the caller. */
type Entries = Map<string, { result: AuthorizerResult; until: number }>;

/**
 * Caches results of authorizers. A result is valid for every method of the stage until its time to live is over.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization-with-console.html
 */
export class AuthorizerCache {
  private readonly stages = new Map<string, Entries>();

  get(stageKey: string, key: string, now: number): AuthorizerResult | undefined {
    const entry = this.stages.get(stageKey)?.get(key);
    if (!entry) return undefined;
    if (entry.until > now) return entry.result;
    this.stages.get(stageKey)?.delete(key);
    return undefined;
  }

  set(stageKey: string, key: string, result: AuthorizerResult, until: number): void {
    const entries = this.stages.get(stageKey) ?? (new Map() as Entries);
    entries.set(key, { result, until });
    this.stages.set(stageKey, entries);
  }

  flush(stageKey: string): void {
    this.stages.delete(stageKey);
  }
}
