import type * as pulumi from "@pulumi/pulumi";
import {
  argumentError,
  type Check,
  type Checks,
  list,
  object,
  required,
  text,
} from "../../validation";
import type { Uploader } from "./args";

/** Longest name of an uploader, in characters: the role's name contains it as well as the component's name. */
const LONGEST_UPLOADER = 16;

const PRINCIPAL_CHECK = known(
  text(
    /^arn:aws[\w-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
    "give the ARN of a role or user, such as arn:aws:iam::123456789012:role/ci",
  ),
);

const UPLOADER_CHECKS = {
  apps: required(
    filled(
      list(
        text(
          /^([a-z0-9-]+\*?|\*)$/,
          "allowed are names of apps, such as web; a * at the end matches any rest",
        ),
      ),
    ),
  ),
  principals: list(PRINCIPAL_CHECK),
  openIdConnect: object<NonNullable<Uploader["openIdConnect"]>>({
    providerArn: required(
      known(
        text(
          /^arn:aws[\w-]*:iam::\d{12}:oidc-provider\/\S+$/,
          "give the ARN of an OpenID Connect provider of IAM",
        ),
      ),
    ),
    audience: text(/^\S+$/, "give an audience, such as sts.amazonaws.com"),
    subjects: required(
      filled(
        list(
          text(
            (subject) => /^([^*?\s]+$|[^*?:\s]+:[^*?\s/:]+[/:])/.test(subject),
            "name the owner before the first *, such as repo:shop/*, because anyone can have a token of this provider",
          ),
        ),
      ),
    ),
  }),
} satisfies Checks<Uploader>;

export const checkUploaders: Check = (value, { resource, argument }) => {
  const uploaders = Object.entries(Object(value) as Record<string, Uploader>);
  // An empty one would let everybody upload, although the program meant to restrict uploads.
  if (uploaders.length === 0)
    throw argumentError(
      resource,
      argument,
      value,
      "name at least one, such as { ci: { apps, principals } }, or leave it out",
    );
  for (const [name, uploader] of uploaders) {
    const place = `${argument}.${name}`;
    if (!/^[a-z][a-z0-9-]*$/.test(name) || name.length > LONGEST_UPLOADER)
      throw argumentError(
        resource,
        argument,
        name,
        `allowed are at most ${LONGEST_UPLOADER} letters a to z, digits and -, the first a letter`,
      );
    object<Uploader>(UPLOADER_CHECKS)(uploader, { resource, argument: place });
    if (!uploader.openIdConnect && !uploader.principals?.length)
      throw argumentError(
        resource,
        place,
        uploader,
        "say who may assume the role: give principals, openIdConnect, or both",
      );
  }
};

/** Skips values that are known only after other resources are created. */
function known(check: Check): Check {
  return (value, place) => {
    if (!isOutput(value)) check(value, place);
  };
}

function isOutput(value: unknown): value is pulumi.Output<unknown> {
  return typeof value === "object" && value !== null && "apply" in value;
}

function filled(check: Check): Check {
  return (value, place) => {
    check(value, place);
    if (Array.isArray(value) && value.length === 0)
      throw argumentError(place.resource, place.argument, value, "name at least one");
  };
}
