/** The six fields of an ARN; `resource` keeps its own colons and slashes. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  readonly resource: string;
}

export function parseArn(text: string): Arn | undefined {
  const match = /^arn:([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s.exec(text);
  if (!match) return undefined;
  const [, partition, service, region, accountId, resource] = match;
  return { partition, service, region, accountId, resource };
}

/** Returns `arn:aws:<service>:<region>:<account>:<resource>`. */
export function formatArn(
  service: string,
  at: { region: string; accountId: string },
  resource: string,
): string {
  return `arn:aws:${service}:${at.region}:${at.accountId}:${resource}`;
}
