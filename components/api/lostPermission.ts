import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** A stage that may call a function, or one alias of it. */
export interface PermittedCall {
  readonly stageName: string;
  /** The function or alias that the permission belongs to. */
  readonly target: aws.lambda.Function | aws.lambda.Alias;
  /** The target as people name it, such as `alias PROD of function greeting-1a2b3c4`. */
  readonly called: pulumi.Input<string>;
  /** The stage variable that names the target, where an update may make it name another one. */
  readonly variable?: string;
}

/**
 * Says at a preview what its `+ create` does not: a stage and what it calls are there, but the permission between them
 * is not, so that API Gateway answers 500. A warning, because the update mends it.
 *
 * @param stage must depend on the permission.
 */
export function warnOfLostPermission(
  permission: aws.lambda.Permission,
  call: PermittedCall,
  stage: aws.apigateway.Stage,
): void {
  if (!pulumi.runtime.isDryRun()) return;
  // At a preview the id of what is to be created is unknown, and `apply` does not run. Once the stage is known so is
  // the permission. (A resource hook would serve, but not every language host passes those on.)
  let isThere = false;
  permission.id.apply(() => {
    isThere = true;
  });
  pulumi.all([call.called, stage.id, call.target.id]).apply(([called]) => {
    if (!isThere) void pulumi.log.warn(lostPermissionText(call, called), permission);
  });
}

function lostPermissionText({ stageName, variable }: PermittedCall, called: string): string {
  const answer = `is answered with 500 {"message": "Internal server error"} until this update has made it.`;
  return variable === undefined
    ? `Stage '${stageName}' has no permission to call ${called}: somebody has removed it, or an update stopped ` +
        `before it. Each request of the stage that is for a callback ${answer}`
    : `Stage '${stageName}' has no permission to call ${called}. If its stage variable '${variable}' names that ` +
        `function already, somebody has removed the permission, and each request for it ${answer}`;
}
