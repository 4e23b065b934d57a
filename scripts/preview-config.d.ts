/** The text of Pulumi.<stack>.yaml as a preview without keys can use it: every secret is an invented one. */
export function previewConfig(text: string, stack: string): string;
