import type {
  FunctionConfiguration,
  ListVersionsByFunctionRequest,
  ListVersionsByFunctionResponse,
  PublishVersionRequest,
} from "@aws-sdk/client-lambda";
import { checkRange } from "../../../core/constraint";
import { page } from "../../../core/page";
import type { Operation } from "../../../core/service";
import { onUnqualified } from "../model/access";
import { checkNoChange, configurationOf } from "../model/configuration";
import { invalidParameter, unsupported } from "../model/errors";
import { publish } from "../model/publish";
import { findFunction } from "../model/resolve";
import type { LambdaStore } from "../store";
import { checkRevision } from "../model/revision";

export const publishVersion: Operation<LambdaStore, PublishVersionRequest, FunctionConfiguration> =
  {
    access: onUnqualified("PublishVersion"),
    run(input, context) {
      if (input.PublishTo !== undefined) throw unsupported("the option PublishTo");
      const { target } = findFunction(input, context);
      checkNoChange(target);
      checkRevision(target, input.RevisionId);
      const { sha256 } = target.latest.settings.code;
      if (input.CodeSha256 !== undefined && input.CodeSha256 !== sha256)
        throw invalidParameter(
          `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${sha256}). ` +
            "Please try again with the CodeSHA256 in $LATEST.",
        );
      const version = publish(target, context, input.Description);
      return configurationOf(version, context, version.version);
    },
  };

export const listVersionsByFunction: Operation<
  LambdaStore,
  ListVersionsByFunctionRequest,
  ListVersionsByFunctionResponse
> = {
  access: onUnqualified("ListVersionsByFunction"),
  run(input, context) {
    checkRange(input.MaxItems, "maxItems", { min: 1, max: 10_000 });
    const { target } = findFunction(input, context);
    const { items, nextToken } = page([target.latest, ...target.published], {
      // "$LATEST" sorts before all version numbers.
      key: ({ version }) => (version === "$LATEST" ? "" : version.padStart(12, "0")),
      size: Math.min(input.MaxItems ?? 50, 50),
      token: input.Marker,
      invalidToken: () => invalidParameter("Invalid Marker."),
    });
    return {
      Versions: items.map((version) => configurationOf(version, context, version.version)),
      NextMarker: nextToken,
    };
  },
};
