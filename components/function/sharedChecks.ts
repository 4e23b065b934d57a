import { argumentError, type Check, isLater, isObject, list } from "../validation";

const checkAction: Check = (value, { resource, argument }) => {
  if (isLater(value) || (typeof value === "string" && /^arn:[\w-]+:\S+$/.test(value))) return;
  const allowed = "give the ARN of an alarm action, such as the arn of an aws.sns.Topic";
  throw argumentError(resource, argument, value, allowed);
};

/** The ARNs that alarms notify, each of which may only be known during the deployment. */
export const checkAlarmActions: Check = (value, place) => {
  if (!isLater(value)) list(checkAction)(value, place);
};

/** Tags by their names; each may only be known during the deployment. */
export const checkTags: Check = (value, place) => {
  if (isLater(value)) return;
  isObject(value, place);
  for (const [key, tag] of Object.entries(value as object)) {
    // https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html
    if (/^aws:/i.test(key))
      throw argumentError(place.resource, place.argument, key, "AWS keeps tags of aws: for itself");
    if (isLater(tag) || typeof tag === "string" || tag === undefined) continue;
    const argument = `${place.argument}.${key}`;
    throw argumentError(place.resource, argument, tag, "the value of a tag is a text");
  }
};
