export const deploymentOnlyModule = true;

/** What Lambda tells a function about a call, and what API Gateway knows of the request. */
export interface StagedContext {
  /** The stage that was asked: `stage` or `prod`. */
  stage: string;
  /** Method and path of the route, such as `GET /greeting/{name}`. */
  route: string;
  readonly awsRequestId: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

type LambdaContext = Omit<StagedContext, "stage" | "route">;

/** A route's code as it is called. */
export type RouteHandler = (event: never, context: StagedContext) => Promise<unknown>;

/** A route's code as it was given. */
export interface RouteCode {
  readonly callback?: RouteHandler;
  readonly callbackFactory?: () => RouteHandler;
}

/** What an integration sends: the route that was matched, the stage, and what the route's template made of it. */
export interface RoutedEvent {
  readonly callbackRoute: string;
  readonly callbackStage: string;
  readonly callbackEvent: unknown;
}

/**
 * One function for all routes of an API, so that one alias moves them together, and a published version goes on
 * answering routes that the program has dropped since.
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
      // A deployment that has a route more than this version: for the moment in which prod moves.
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

/** Somebody who calls the function by hand need not know about routes while there is only one. */
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

/** API Gateway takes an answer without an `errorMessage` for a success. */
function withMessage(error: unknown): unknown {
  if (!(error instanceof Error)) return new Error(String(error) || "The callback threw nothing.");
  if (error.message === "") error.message = "The callback failed without a message.";
  return error;
}
