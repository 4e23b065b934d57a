import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Cors, corsHeader } from "./cors";
import { childName } from "../names";

const MESSAGE = '{"message": $context.error.messageString}';
const WITH_FIELD =
  '{"message": $context.error.messageString, "errors": "$context.error.validationErrorString"}';

/** Bodies of the errors that API Gateway itself answers, by their type. */
export const GATEWAY_RESPONSES: Readonly<Record<string, string>> = {
  BAD_REQUEST_BODY: WITH_FIELD,
  DEFAULT_4XX: MESSAGE,
  DEFAULT_5XX: MESSAGE,
};

/** Errors of API Gateway itself as JSON that names the field, with the CORS header that browsers need to see them. */
export function createGatewayResponses(
  parent: pulumi.Resource,
  name: string,
  restApi: aws.apigateway.RestApi,
  cors: Cors | undefined,
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
        { parent },
      ),
  );
}
