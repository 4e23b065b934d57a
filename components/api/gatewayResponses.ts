import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Cors, corsHeader } from "./cors";
import { childName } from "../names";

const MESSAGE = '{"message": $context.error.messageString}';
const WITH_FIELD =
  '{"message": $context.error.messageString, "errors": "$context.error.validationErrorString"}';

/** Bodies of the errors that API Gateway itself answers with, by error type. */
export const GATEWAY_RESPONSES: Readonly<Record<string, string>> = {
  BAD_REQUEST_BODY: WITH_FIELD,
  DEFAULT_4XX: MESSAGE,
  DEFAULT_5XX: MESSAGE,
};

/**
 * Makes API Gateway's own errors JSON that names the wrong field, with the CORS header that browsers need to read them.
 */
export function createGatewayResponses(
  name: string,
  { restApi, cors }: { restApi: aws.apigateway.RestApi; cors?: Cors },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const headers = Object.fromEntries(
    Object.entries(corsHeader(cors)).map(([header, value]) => [
      `gatewayresponse.header.${header}`,
      value,
    ]),
  );
  return Object.entries(GATEWAY_RESPONSES).map(
    ([responseType, template]) =>
      new aws.apigateway.Response(
        childName(name, responseType.toLowerCase().replaceAll("_", "-")),
        {
          restApiId: restApi.id,
          responseType,
          responseTemplates: { "application/json": template },
          responseParameters: headers,
        },
        opts,
      ),
  );
}
