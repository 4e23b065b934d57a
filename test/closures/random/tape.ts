/** Random numbers that determine a program: the same numbers give the same program, and fewer give a smaller one. */
export class Tape {
  private at = 0;

  constructor(private readonly numbers: readonly number[]) {}

  /** Returns 0 to n - 1; 0, the simplest, when the numbers are used up. */
  draw(n: number): number {
    const { numbers } = this;
    return this.at < numbers.length ? numbers[this.at++] % n : 0;
  }

  /** Returns true once in n times. */
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
