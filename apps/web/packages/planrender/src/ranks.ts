/** Rank by seat id, looked up in the ascending ids themselves: nothing to build for a plan that has just changed. */
export class SeatRanks {
  constructor(private readonly ids: Int32Array) {}

  get(id: number): number | undefined {
    const at = this.from(id);
    return this.ids[at] === id ? at : undefined;
  }

  /** The rank of the first seat whose id is not smaller; the count where there is none. */
  from(id: number): number {
    const { ids } = this;
    let low = 0,
      high = ids.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (ids[mid]! < id) low = mid + 1;
      else high = mid;
    }
    return low;
  }
}
