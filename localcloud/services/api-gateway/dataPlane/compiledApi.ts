import { compileModels, type CompiledModels } from "../model/models";
import { compileJavaRegex } from "../model/javaRegex";
import type { ApiSnapshot, ResourceSnapshot } from "../model/snapshot";
import { Router } from "./router";

/** A deployment that is ready to serve requests; everything that can be prepared once is prepared. */
export interface CompiledApi {
  readonly snapshot: ApiSnapshot;
  readonly router: Router;
  readonly models: CompiledModels;
  readonly resources: ReadonlyMap<string, ResourceSnapshot>;
  /** Matches selection patterns and identity validation expressions, which must match the whole text. */
  matches(pattern: string, text: string): boolean;
}

const compiled = new WeakMap<ApiSnapshot, CompiledApi>();

export function compileApi(snapshot: ApiSnapshot): CompiledApi {
  const known = compiled.get(snapshot);
  if (known) return known;
  const patterns = new Map<string, RegExp>();
  let models: CompiledModels | undefined;
  const api: CompiledApi = {
    snapshot,
    router: new Router(snapshot.resources),
    resources: new Map(snapshot.resources.map((resource) => [resource.id, resource])),
    get models() {
      return (models ??= compileModels(snapshot.apiId, snapshot.models));
    },
    matches(pattern, text) {
      const regex = patterns.get(pattern) ?? compileJavaRegex(pattern);
      patterns.set(pattern, regex);
      return regex.test(text);
    },
  };
  compiled.set(snapshot, api);
  return api;
}
