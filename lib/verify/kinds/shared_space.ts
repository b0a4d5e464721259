/** The shared space, task by task. @module */
import { dense, transpose } from "../../linalg/dense.ts";
import { emptySpace, growSpace } from "../../projection/shared_space.ts";
import type { Checker } from "../checker.ts";
import { projector } from "../subspace_measures.ts";

/** First moments `M.<task>` → projectors `P.<task>` and numbers of columns. */
export const checkSharedSpace: Checker = (golden, comparison) => {
  const { side, energyShare, rankRule, tasks, columns, firstDimension } = golden.config;
  const { shape: [m, n] } = golden.tensor("M.1");
  let space = emptySpace(firstDimension ?? (side === "features" ? n : m));
  for (let task = 1; task <= tasks; task++) {
    const { shape, data } = golden.tensor(`M.${task}`);
    const moment = dense(shape[0], shape[1], data);
    const measured = side === "features" ? transpose(moment) : moment;
    const grown = growSpace(space, measured, { energyShare, rankRule }).space;
    if (columns) comparison.equal(`columns after task ${task}`, grown.basis.columns, columns[task - 1]);
    comparison.numbers(`P.${task}`, projector(grown.basis), golden.tensor(`P.${task}`).data);
    space = grown;
  }
};
