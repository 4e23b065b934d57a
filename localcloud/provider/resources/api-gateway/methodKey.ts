/** The three inputs that identify a method. */
interface MethodKey {
  readonly restApi?: unknown;
  readonly resourceId?: string;
  readonly httpMethod?: string;
}

/** Returns the three as they were given, for the answer of `read`. */
export function inputKey({ restApi, resourceId, httpMethod }: MethodKey): MethodKey {
  return { restApi, resourceId, httpMethod };
}

export function key({ restApi, resourceId, httpMethod }: MethodKey): {
  restApiId: string;
  resourceId: string | undefined;
  httpMethod: string | undefined;
} {
  return { restApiId: String(restApi), resourceId, httpMethod };
}

export function identifier({ restApi, resourceId, httpMethod }: MethodKey): string {
  return `${String(restApi)}-${resourceId}-${httpMethod}`;
}
