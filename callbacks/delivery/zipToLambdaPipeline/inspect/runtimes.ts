export const deploymentOnlyModule = true;

export const NEWEST_NODE = "nodejs24.x";
export const NEWEST_PYTHON = "python3.14";

/**
 * Returns the day on which Lambda's support for a runtime ends; undefined for an unknown runtime.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
export function endOfRuntime(runtime: string): string | undefined {
  const ends: Readonly<Record<string, string>> = {
    "nodejs16.x": "2024-06-12",
    "nodejs18.x": "2025-09-01",
    "nodejs20.x": "2026-04-30",
    "nodejs22.x": "2027-04-30",
    "nodejs24.x": "2028-04-30",
    "nodejs26.x": "2029-04-30",
    "python3.7": "2023-12-04",
    "python3.8": "2024-10-14",
    "python3.9": "2025-12-15",
    "python3.10": "2026-10-31",
    "python3.11": "2027-06-30",
    "python3.12": "2028-10-31",
    "python3.13": "2029-06-30",
    "python3.14": "2029-06-30",
  };
  return Object.hasOwn(ends, runtime) ? ends[runtime] : undefined;
}

export function isNodeRuntime(runtime: string): boolean {
  return runtime.startsWith("nodejs");
}

/** Returns "3.13" for "python3.13". */
export function pythonVersion(runtime: string): string | undefined {
  return /^python(3\.\d+)$/.exec(runtime)?.[1];
}
