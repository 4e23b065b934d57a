export const deploymentOnlyModule = true;

/** Facts about a call for a callback, from Lambda and from API Gateway. */
export interface StagedContext {
  /** The stage that was called: `stage` or `prod`. */
  stage: string;
  /** Method and path of the route, such as `GET /greeting/{name}`. */
  route: string;
  readonly awsRequestId: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

type LambdaContext = Omit<StagedContext, "stage" | "route">;

/** A route's callback as it is called. */
export type RouteHandler = (event: never, context: StagedContext) => Promise<unknown>;

/** A route's callback as it was given. */
export interface RouteCode {
  readonly callback?: RouteHandler;
  readonly callbackFactory?: () => RouteHandler;
}

/**
 * Event that an API Gateway integration sends: the matched route, the stage, and the result of the route's template.
 */
export interface RoutedEvent {
  readonly callbackRoute: string;
  readonly callbackStage: string;
  readonly callbackEvent: unknown;
}

/**
 * Creates the one function for all routes of an API. One alias moves all routes together, and a published version still
 * answers routes that the program has removed since.
 */
export const dispatchFactory =
  (routes: Readonly<Record<string, RouteCode>>) =>
  (): ((event: unknown, context: LambdaContext) => Promise<unknown>) => {
    const handlers = Object.entries(routes).map(([route, code]): [string, RouteHandler] => [
      route,
      code.callback ?? (code.callbackFactory as () => RouteHandler)(),
    ]);
    return async (event, context) => {
      const request = routed(
        event,
        handlers.map(([route]) => route),
      );
      const handler = handlers.find(([route]) => route === request.callbackRoute)?.[1];
      // The deployment has a route that this version lacks: possible for a moment while prod moves.
      if (!handler) throw new Error("[404] Not found");
      const { callbackStage: stage, callbackRoute: route } = request;
      const staged: StagedContext = Object.assign(context, { stage, route });
      try {
        return await handler(request.callbackEvent as never, staged);
      } catch (error) {
        throw withMessage(error);
      }
    };
  };

/** Unwraps an event. A direct call of the function need not name the route while there is only one. */
export function routed(event: unknown, routes: readonly string[]): RoutedEvent {
  if (typeof event === "object" && event !== null && "callbackRoute" in event)
    return event as RoutedEvent;
  const [only] = routes;
  if (only !== undefined && routes.length === 1)
    return { callbackRoute: only, callbackStage: "", callbackEvent: event };
  throw new Error(
    `The event names none of the routes ${routes.join(", ")}: send ` +
      '{"callbackRoute": "<route>", "callbackStage": "", "callbackEvent": <event>}.',
  );
}

/**
 * API Gateway treats an answer without an `errorMessage` as a success. A text is a message, such as `[404] Not found`.
 * Short, because every function of a StagedApi contains it.
 */
function withMessage(error: unknown): unknown {
  const message = "The callback failed without a message.";
  try {
    if (error instanceof Error) return error.message ? error : Object.assign(error, { message });
    const text = String(error);
    return new Error(/^(null|undefined)?$/.test(text) ? message : text);
  } catch {
    // It cannot be read or changed.
    return new Error(message);
  }
}
