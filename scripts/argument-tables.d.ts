export function withTables(page: string): Promise<string>;
export function pages(): string[];
