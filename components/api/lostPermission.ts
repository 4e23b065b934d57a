import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** A stage that may call a function, or one alias of it. */
export interface PermittedCall {
  readonly stageName: string;
  /** The function or alias that the permission belongs to. */
  readonly target: aws.lambda.Function | aws.lambda.Alias;
  /** Readable name of the target, such as `alias PROD of function greeting-1a2b3c4`. */
  readonly called: pulumi.Input<string>;
  /** The stage variable that names the target, if an update can change which function it names. */
  readonly variable?: string;
}

/**
 * Warns at a preview that a permission is missing although the stage and the function both exist, so that API Gateway
 * answers 500 now. The `+ create` of the preview does not show that. Only a warning, because the update fixes it.
 *
 * @param stage must depend on the permission.
 */
export function warnOfLostPermission(
  permission: aws.lambda.Permission,
  call: PermittedCall,
  stage: aws.apigateway.Stage,
): void {
  if (!pulumi.runtime.isDryRun()) return;
  // At a preview the id of a resource that will be created is unknown, and `apply` does not run for it. When the
  // stage's id is known, an existing permission's id is known too. (Not every language host supports resource hooks.)
  let isThere = false;
  permission.id.apply(() => {
    isThere = true;
  });
  pulumi.all([call.called, stage.id, call.target.id]).apply(([called]) => {
    if (!isThere) void pulumi.log.warn(lostPermissionText(call, called), permission);
  });
}

function lostPermissionText({ stageName, variable }: PermittedCall, called: string): string {
  const answer = `is answered with 500 {"message": "Internal server error"} until this update has created it.`;
  return variable === undefined
    ? `Stage '${stageName}' has no permission to call ${called}: somebody has removed it, or an update stopped ` +
        `before it. Each request of the stage for a callback ${answer}`
    : `Stage '${stageName}' has no permission to call ${called}. If its stage variable '${variable}' names that ` +
        `function already, somebody has removed the permission, and each request for it ${answer}`;
}
