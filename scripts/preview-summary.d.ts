/** Summary of the events of one preview. */
export interface Preview {
  result: string;
  changes: Record<string, number>;
  steps: { op: string; type: string; name: string; properties: string[] }[];
  violations: { level: string; rule: string; name: string; requires: string; finding: string }[];
  errors: string[];
  /** The base branch did not deploy: its resources are shown as created. */
  baseFailed?: boolean;
}

/** @param text the lines of `pulumi preview --json` with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true. */
export function readPreview(text: string): Preview;

/** Returns Markdown for the previews of several stacks, by name. */
export function summarize(previews: Record<string, Preview>): string;
