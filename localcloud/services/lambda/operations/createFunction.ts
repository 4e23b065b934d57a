import { randomUUID } from "node:crypto";
import type { CreateFunctionRequest, FunctionConfiguration } from "@aws-sdk/client-lambda";
import { checkLength } from "../../../core/constraint";
import type { Operation } from "../../../core/service";
import { onUnqualified, passRole } from "../model/access";
import { checkDeadLetterTarget } from "../model/checkTarget";
import { beginChange, configurationOf } from "../model/configuration";
import { conflict, invalidParameter } from "../model/errors";
import { functionArn, parseReference } from "../model/functionReference";
import type { FunctionVersion, LambdaFunction } from "../model/model";
import { publish } from "../model/publish";
import { codeOf } from "../model/uploadedCode";
import { checkRole } from "../model/roleSession";
import { newSettings } from "../model/settings";
import type { LambdaStore } from "../store";
import { checkTags } from "./tags";

export const createFunction: Operation<LambdaStore, CreateFunctionRequest, FunctionConfiguration> =
  {
    access: (input, context) => [
      ...onUnqualified("CreateFunction")(input, context),
      ...passRole(input.Role),
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html
      ...(Object.keys(input.Tags ?? {}).length > 0
        ? onUnqualified("TagResource")(input, context)
        : []),
    ],
    async run(input, context) {
      const { store } = context;
      const { name, qualifier } = parseReference(input.FunctionName, context);
      checkLength(name, "functionName", { min: 1, max: 64 });
      if (qualifier)
        throw invalidParameter("The function name must not contain a version or an alias.");
      if (store.functions.has(name)) throw conflict(`Function already exist: ${name}`);
      const code = await codeOf(input.Code, "CreateFunction", name, context);
      const settings = newSettings(input, name, code);
      checkTags(input.Tags ?? {});
      checkRole(context.cloud, settings.role);
      await checkDeadLetterTarget(store, settings, name);
      // The checks above are asynchronous; another request may have created the function meanwhile.
      if (store.functions.has(name)) throw conflict(`Function already exist: ${name}`);
      const latest: FunctionVersion = {
        functionName: name,
        version: "$LATEST",
        settings,
        deployed: settings,
        revisionId: randomUUID(),
        lastModified: context.clock.date(),
      };
      const created: LambdaFunction = {
        name,
        arn: functionArn(context, name),
        latest,
        published: [],
        lastPublished: 0,
        aliases: new Map(),
        policies: new Map(),
        eventInvokeConfigs: new Map(),
        urls: new Map(),
        tags: { ...input.Tags },
        recursiveLoop: "Terminate",
        deleted: false,
      };
      store.functions.set(name, created);
      store.codeSources.watch(code);
      beginChange(store, latest, "create");
      if (!input.Publish) return configurationOf(latest, context);
      // PublishVersion and UpdateFunctionCode return the ARN of the version; CreateFunction does not, as recorded in
      // https://github.com/localstack/localstack/blob/master/tests/aws/services/lambda_/test_lambda_api.snapshot.json
      const { version } = publish(created, context);
      return configurationOf({ ...latest, version }, context);
    },
  };
