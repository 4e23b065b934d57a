/** Random numbers that decide a program: the same numbers make the same program, and fewer make a smaller one. */
export class Tape {
  private at = 0;

  constructor(private readonly numbers: readonly number[]) {}

  /** From 0 to below n; 0, the simplest, when the tape is at its end. */
  draw(n: number): number {
    const { numbers } = this;
    return this.at < numbers.length ? numbers[this.at++] % n : 0;
  }

  /** True once in n times. */
  chance(n: number): boolean {
    return this.draw(n) === 1;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.draw(list.length)];
  }

  times<T>(least: number, more: number, make: (i: number) => T): T[] {
    return Array.from({ length: least + this.draw(more + 1) }, (_, i) => make(i));
  }
}
