import { TABLE_NAMES, type PlanStore } from "@parterre/planmodel";

/** Record ids that no table uses. It remembers how far it is: making 3,000 rows does not search 3,000 times from 1. */
export class Ids {
  private readonly last = new Map<string, number>();
  /** Written behind each number; a page gives each sitting its own, so that two designers' new rows never share an id. */
  tag = "";
  constructor(private readonly store: PlanStore) {}

  next(prefix: string): string {
    for (let n = (this.last.get(prefix) ?? 0) + 1; ; n++) {
      const id = `${prefix}${n}${this.tag}`;
      if (TABLE_NAMES.every((t) => this.store.get(t, id) === undefined)) {
        this.last.set(prefix, n);
        return id;
      }
    }
  }
}
