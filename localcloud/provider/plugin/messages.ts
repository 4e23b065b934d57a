import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { unsupportedSettings } from "../settings";
import type { Autonaming, DiffKind, DiffResult } from "../types";
import { received } from "./wireProperties";

const { DiffChanges } = proto.DiffResponse;
const { Kind } = proto.PropertyDiff;

const KINDS: Readonly<Record<DiffKind, proto.PropertyDiff.Kind>> = {
  add: Kind.ADD,
  addReplace: Kind.ADD_REPLACE,
  delete: Kind.DELETE,
  deleteReplace: Kind.DELETE_REPLACE,
  update: Kind.UPDATE,
  updateReplace: Kind.UPDATE_REPLACE,
};

const MODES: Readonly<Record<proto.CheckRequest.AutonamingOptions.Mode, Autonaming["mode"]>> = {
  [proto.CheckRequest.AutonamingOptions.Mode.PROPOSE]: "propose",
  [proto.CheckRequest.AutonamingOptions.Mode.ENFORCE]: "enforce",
  [proto.CheckRequest.AutonamingOptions.Mode.DISABLE]: "disable",
};

/** Refuses settings of the provider that would be ignored. */
export function checkConfig(request: proto.CheckRequest): proto.CheckResponse {
  const response = new proto.CheckResponse();
  response.setInputs(request.getNews());
  for (const property of unsupportedSettings(received(request.getNews()).values))
    response.addFailures(checkFailure(property, "is not supported by the local cloud's provider"));
  return response;
}

/** Returns how the provider's settings changed; the region is the only one with an effect. */
export function diffConfig(request: proto.DiffRequest): proto.DiffResponse {
  const [olds, news] = [
    received(request.getOldInputs()).values,
    received(request.getNews()).values,
  ];
  const response = new proto.DiffResponse();
  response.setChanges(DiffChanges.DIFF_NONE);
  if (olds.region === news.region) return response;
  // A resource cannot be moved to another region.
  response.setChanges(DiffChanges.DIFF_SOME);
  response.setDiffsList(["region"]);
  response.setReplacesList(["region"]);
  return response;
}

/** Returns the differences of a resource in the engine's protocol. */
export function diffResponse(diff: DiffResult): proto.DiffResponse {
  const response = new proto.DiffResponse();
  response.setChanges(diff.changed ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
  response.setDiffsList(topLevel([...diff.detailed.keys()]));
  response.setReplacesList(
    topLevel(
      [...diff.detailed].filter(([, kind]) => kind.endsWith("Replace")).map(([path]) => path),
    ),
  );
  response.setDeletebeforereplace(diff.deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  for (const [path, kind] of diff.detailed) {
    const property = new proto.PropertyDiff();
    property.setKind(KINDS[kind]);
    property.setInputdiff(true);
    response.getDetaileddiffMap().set(path, property);
  }
  return response;
}

function topLevel(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => path.split(/[.[]/, 1)[0]))];
}

/** Returns the setting, if any; CLIs older than the setting send nothing, like those of stacks without it. */
export function autonamingOf(request: proto.CheckRequest): Autonaming | undefined {
  const asked = request.getAutonaming();
  return asked && { mode: MODES[asked.getMode()], proposedName: asked.getProposedName() };
}

export function checkFailure(property: string, reason: string): proto.CheckFailure {
  return new proto.CheckFailure().setProperty(property).setReason(reason);
}
