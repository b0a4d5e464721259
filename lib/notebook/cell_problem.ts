/** What is wrong in a notebook, and where. @module */

/** One problem. */
export interface CellProblem {
  /** The code cell, counted from 1, as a fresh run numbers them; 0 for the notebook as a whole. */
  readonly cell: number;
  /** The line in the cell, from 1; 0 where it is not known. */
  readonly line: number;
  readonly message: string;
}

/** A problem as one text: where, then what. */
export function problemText({ cell, line, message }: CellProblem): string {
  return [cell > 0 ? `cell ${cell}` : "", line > 0 ? `line ${line}` : ""].filter(Boolean).join(", ") +
    (cell > 0 ? ": " : "") + message;
}
