import { badRequest } from "./apiErrors";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html */
const MAX_TAGS = 50;
/** https://docs.aws.amazon.com/apigateway/latest/api/API_CreateRestApi.html */
const MAX_KEY = 128;
const MAX_VALUE = 256;

type Tags = Readonly<Record<string, string>>;

/** Refuses tags that no object can have, when it is created or tagged. @throws BadRequestException */
export function checkTags(tags: Tags = {}): void {
  for (const [key, value] of Object.entries(tags)) {
    if (key.startsWith("aws:")) throw badRequest("Tag keys must not start with 'aws:'");
    if (key.length > MAX_KEY)
      throw badRequest(`Tag keys must have at most ${MAX_KEY} characters: ${key}`);
    if (value.length > MAX_VALUE)
      throw badRequest(`Tag values must have at most ${MAX_VALUE} characters: ${value}`);
  }
  checkCount(tags);
}

export function checkCount(tags: Tags): void {
  if (Object.keys(tags).length > MAX_TAGS)
    throw badRequest(`The number of tags exceeds the limit of ${MAX_TAGS}`);
}
