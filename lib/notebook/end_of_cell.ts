/** The moment at which a cell of a live notebook ends. @module */
import { denoInternals } from "./deno_internals.ts";

/** The kernel's own function that sends a cell's value; the cell ends when it resolves. */
type BroadcastResult = (executionCount: number, result: unknown) => Promise<void>;

// A process has one row of cells, hence these belong to the process.
let ended = 0;
let present: (result: unknown) => Promise<boolean> = () => Promise.resolve(false);

/**
 * Shows results of cells in another way than by their own forms.
 *
 * @param show returns whether it has shown the result
 */
export function presentResultsWith(show: (result: unknown) => Promise<boolean>): void {
  present = show;
}

/** How many cells of a live notebook have ended without failing. */
export function endedCells(): number {
  return ended;
}

/** What to do around the moment when a cell's value is sent. Both hold the cell open until they resolve. */
export interface EndOfCell {
  before(): Promise<void>;
  after(result: unknown): Promise<void>;
}

/**
 * Has something done at the end of every cell that does not fail.
 *
 * @returns whether this version of Deno allows for it
 */
export function onEndOfCell({ before, after }: EndOfCell): boolean {
  const jupyter = denoInternals()?.jupyter as { broadcastResult?: BroadcastResult } | undefined;
  const original = jupyter?.broadcastResult;
  if (jupyter === undefined || typeof original !== "function") return false;
  jupyter.broadcastResult = async (executionCount, result) => {
    await before();
    const isShown = await present(result);
    await original(executionCount, isShown ? undefined : result);
    await after(result);
    ended++;
  };
  return true;
}
