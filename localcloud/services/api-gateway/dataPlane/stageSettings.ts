import type { MethodSetting, Stage } from "@aws-sdk/client-api-gateway";
import { unescapePointer } from "../model/patch";

const known = new WeakMap<Stage, Map<string, MethodSetting>>();

/** The settings of one method: its own where it has any, over those of the whole stage. */
export function methodSettings(
  stage: Stage,
  resourcePath: string,
  httpMethod: string,
): MethodSetting {
  // A stage is replaced as a whole when it changes, so its settings can be worked out once.
  const settings = known.get(stage) ?? new Map<string, MethodSetting>();
  known.set(stage, settings);
  const key = methodKey(resourcePath, httpMethod);
  const found = settings.get(key) ?? { ...findKey(stage, "*/*"), ...findKey(stage, key) };
  settings.set(key, found);
  return found;
}

/** `comments/POST` for `/comments` and `POST`: how keys compare, however they were escaped. */
export function methodKey(resourcePath: string, httpMethod: string): string {
  return `${resourcePath.replace(/^\//, "")}/${httpMethod}`;
}

/** A key of method settings or throttles in its comparable form. */
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
