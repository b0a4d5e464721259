/** What a JavaScript library must do to be measured beside this project. */
import type { MlpProblem } from "../mlp_problem.ts";

/** A library on one of its back ends. */
export interface Peer {
  /** Prepares products of two n×n matrices; what is returned computes `count` of them, and waits for the last. */
  products(n: number): (count: number) => Promise<void>;
  /** Prepares training; what is returned takes a step, and waits for its loss. */
  mlp(problem: MlpProblem): () => Promise<number>;
}
