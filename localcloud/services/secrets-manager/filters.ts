import type { Filter } from "@aws-sdk/client-secrets-manager";
import type { Secret } from "./store";

/**
 * Checks whether a secret matches every filter by at least one of its values; `!` before a value negates it. Names
 * match by their case-sensitive prefix, descriptions and tags are case-insensitive.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html
 */
export function matchesFilters(secret: Secret, filters: readonly Filter[] = []): boolean {
  return filters.every(({ Key = "all", Values = [] }) =>
    Values.some((value) =>
      value.startsWith("!") ? !matches(secret, Key, value.slice(1)) : matches(secret, Key, value),
    ),
  );
}

function matches(secret: Secret, key: NonNullable<Filter["Key"]>, value: string): boolean {
  const { name, description = "", tags } = secret;
  const begins = (text: string): boolean => text.toLowerCase().startsWith(value.toLowerCase());
  const words = (text: string): boolean => text.split(/[\s/_+=.@-]+/).some(begins);
  switch (key) {
    case "name":
      return name.startsWith(value);
    case "description":
      return words(description);
    case "tag-key":
      return [...tags.keys()].some(begins);
    case "tag-value":
      return [...tags.values()].some(begins);
    case "primary-region":
    case "owning-service":
      // No secret here is a replica or managed by another service.
      return false;
    case "all":
      return [name, description, ...tags.keys(), ...tags.values()].some(words);
  }
}
