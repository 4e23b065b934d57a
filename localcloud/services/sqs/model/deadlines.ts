/**
 * Items with one instant each, earliest first. A binary heap that also stores the position of each item, so that
 * moving or removing one costs O(log n) and no stale entries remain.
 */
export class Deadlines<Item> {
  private readonly heap: { item: Item; at: number }[] = [];
  private readonly places = new Map<Item, number>();

  /** Instant of the earliest item; undefined when there is none. */
  get earliest(): number | undefined {
    return this.heap[0]?.at;
  }

  set(item: Item, at: number): void {
    const place = this.places.get(item);
    if (place === undefined) {
      this.heap.push({ item, at });
      this.places.set(item, this.heap.length - 1);
      this.rise(this.heap.length - 1);
    } else {
      this.heap[place].at = at;
      this.rise(place);
      this.sink(this.places.get(item) ?? place);
    }
  }

  delete(item: Item): void {
    const place = this.places.get(item);
    if (place === undefined) return;
    const last = this.heap.length - 1;
    this.swap(place, last);
    this.heap.pop();
    this.places.delete(item);
    if (place === last) return;
    const moved = this.heap[place].item;
    this.rise(place);
    this.sink(this.places.get(moved) ?? place);
  }

  /** Removes and returns every item whose instant is not after `now`, in order. */
  takeDue(now: number): Item[] {
    const due: Item[] = [];
    for (let first = this.heap[0]; first && first.at <= now; first = this.heap[0]) {
      due.push(first.item);
      this.delete(first.item);
    }
    return due;
  }

  clear(): void {
    this.heap.length = 0;
    this.places.clear();
  }

  private rise(place: number): void {
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.heap[parent].at <= this.heap[place].at) return;
      this.swap(place, parent);
      place = parent;
    }
  }

  private sink(place: number): void {
    for (;;) {
      const left = 2 * place + 1;
      if (left >= this.heap.length) return;
      const right = left + 1;
      const child =
        right < this.heap.length && this.heap[right].at < this.heap[left].at ? right : left;
      if (this.heap[place].at <= this.heap[child].at) return;
      this.swap(place, child);
      place = child;
    }
  }

  private swap(a: number, b: number): void {
    if (a === b) return;
    [this.heap[a], this.heap[b]] = [this.heap[b], this.heap[a]];
    this.places.set(this.heap[a].item, a);
    this.places.set(this.heap[b].item, b);
  }
}
