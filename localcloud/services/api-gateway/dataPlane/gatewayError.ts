import type { ResponseType } from "../model/gatewayResponses";

/** A failure to which API Gateway itself responds, with the gateway response of this type. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";

  constructor(
    readonly type: ResponseType,
    /** Text of the response; null is printed as such, as AWS does when an authorizer fails. */
    readonly text: string | null,
    readonly details: {
      /** Set if the status of an uncustomized response differs from the type's documented status. */
      readonly status?: number;
      /** Value of `x-amzn-ErrorType`; default: that of the type. */
      readonly errorType?: string;
      /** `$context.error.validationErrorString` */
      readonly validationError?: string;
      /** Line of the execution log. */
      readonly log?: string;
    } = {},
  ) {
    super(text ?? type);
  }
}

/**
 * Returns the error for an invalid configuration of the API. Only the execution log contains the reason, not the
 * response.
 */
export function configurationError(reason: string, status?: number): GatewayError {
  return new GatewayError("API_CONFIGURATION_ERROR", "Internal server error", {
    status,
    log: `Execution failed due to configuration error: ${reason}`,
  });
}

/** Returns the error for a feature that this cloud does not emulate: status 501 with a text that names it. */
export function notEmulated(what: string): GatewayError {
  const text = `The local cloud does not emulate ${what}.`;
  return new GatewayError("API_CONFIGURATION_ERROR", text, {
    status: 501,
    errorType: "NotImplemented",
    log: text,
  });
}

export function forbidden(): GatewayError {
  return new GatewayError("DEFAULT_4XX", "Forbidden", {
    status: 403,
    errorType: "ForbiddenException",
  });
}

export function endpointTimeout(): GatewayError {
  return new GatewayError("INTEGRATION_TIMEOUT", "Endpoint request timed out", {
    log: "Execution failed due to a timeout error",
  });
}
