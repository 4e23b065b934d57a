/** Returns the text of Pulumi.<stack>.yaml for a preview without keys: every secret has an invented value. */
export function previewConfig(text: string, stack: string): string;
