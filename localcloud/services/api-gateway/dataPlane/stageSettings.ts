import type { MethodSetting, Stage } from "@aws-sdk/client-api-gateway";
import { unescapePointer } from "../model/patch";

const known = new WeakMap<Stage, Map<string, MethodSetting>>();

/** Returns the settings of one method: its own settings override those of the whole stage. */
export function methodSettings(
  stage: Stage,
  resourcePath: string,
  httpMethod: string,
): MethodSetting {
  // A change replaces the stage as a whole, so its settings can be cached by stage.
  const settings = known.get(stage) ?? new Map<string, MethodSetting>();
  known.set(stage, settings);
  const key = methodKey(resourcePath, httpMethod);
  const found = settings.get(key) ?? { ...findKey(stage, "*/*"), ...findKey(stage, key) };
  settings.set(key, found);
  return found;
}

/** Returns the normalized key `comments/POST` for `/comments` and `POST`, independent of how it was escaped. */
export function methodKey(resourcePath: string, httpMethod: string): string {
  return `${resourcePath.startsWith("/") ? resourcePath.slice(1) : resourcePath}/${httpMethod}`;
}

/** Normalizes a key of method settings or throttles. */
export function normalizeMethodKey(key: string): string {
  const [path, httpMethod] = [
    key.slice(0, key.lastIndexOf("/")),
    key.slice(key.lastIndexOf("/") + 1),
  ];
  return methodKey(unescapePointer(path), httpMethod);
}

function findKey(stage: Stage, wanted: string): MethodSetting | undefined {
  return Object.entries(stage.methodSettings ?? {}).find(
    ([key]) => normalizeMethodKey(key) === wanted,
  )?.[1];
}
