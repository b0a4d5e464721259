/** Columns of lists. @module */
import { type Data, Int32, type List, makeData } from "apache-arrow";
import type { Column } from "./column.ts";
import { NumberColumn } from "./number_column.ts";

/** Lists whose items stand one after another in a column of their own. */
export class ListColumn implements Column {
  readonly #type: List;
  readonly #items: Column;
  readonly #offsets = new NumberColumn(new Int32());
  #used = 0;

  /**
   * An empty column.
   *
   * @param type of the lists
   * @param items an empty column for the items
   */
  constructor(type: List, items: Column) {
    this.#type = type;
    this.#items = items;
    this.#offsets.push(0);
  }

  push(value: unknown): void {
    const items = value as ArrayLike<unknown> & Iterable<unknown>;
    if (this.#items instanceof NumberColumn) this.#items.pushAll(items as ArrayLike<number>);
    else for (const item of items) this.#items.push(item);
    this.#used += items.length;
    this.#offsets.push(this.#used);
  }

  toData(): Data {
    return makeData({
      type: this.#type,
      length: this.#offsets.length - 1,
      nullCount: 0,
      valueOffsets: this.#offsets.values as Int32Array,
      child: this.#items.toData(),
    });
  }
}
