/** What a run tells while it goes on. @module */
import type { Run } from "../results/run.ts";
import type { AdaptedModel, StoredPair } from "./adapted_model.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { RoundingReport } from "./conditioning.ts";
import type { LayerReport } from "./method.ts";
import type { SpaceProbe } from "./space_probe.ts";
import type { TestAnswer } from "./suite_tester.ts";

/** What happened. Tasks and steps count from 1; `afterTask` 0 is before any training. */
export type RunEvent =
  /** An interrupted run goes on: what it had recorded by the point where it does. */
  | { readonly kind: "resumed"; readonly run: Run }
  /** A moment between two steps, or two batches of a test, at which other work may have its turn. */
  | { readonly kind: "pause" }
  /** The steps of a task can begin: replicas must be there now. */
  | { readonly kind: "compiled" }
  /** Told where {@linkcode SequenceOptions.checkpointDue} says so, right after a pause or `compiled`. */
  | { readonly kind: "checkpoint"; readonly checkpoint: Checkpoint }
  | {
    readonly kind: "testing";
    readonly afterTask: number;
    readonly task: number;
    /** Rows answered so far, of all that are tested. */
    readonly rows: number;
    readonly total: number;
  }
  | {
    readonly kind: "tested";
    readonly afterTask: number;
    readonly task: number;
    readonly answers: readonly TestAnswer[];
  }
  | {
    readonly kind: "steps";
    readonly task: number;
    readonly first: number;
    readonly losses: Float32Array<ArrayBuffer>;
  }
  | {
    readonly kind: "probed";
    readonly task: number;
    readonly step: number;
    readonly layers: readonly SpaceProbe[];
  }
  | {
    readonly kind: "taskStarted";
    readonly task: number;
    /** More than 0 where an interrupted run goes on. */
    readonly stepsDone: number;
    readonly dispatches: number;
    readonly trainedWeights: number;
  }
  /** All steps are done, and shared spaces have grown. */
  | { readonly kind: "taskTrained"; readonly task: number; readonly layers: readonly LayerReport[] }
  /** All tasks are tested. */
  | {
    readonly kind: "taskEnded";
    readonly task: number;
    readonly pairs: readonly StoredPair[];
    readonly model: AdaptedModel;
  }
  | {
    readonly kind: "rounding";
    readonly task: number;
    readonly step: number;
    readonly layers: readonly RoundingReport[];
  }
  | { readonly kind: "warning"; readonly text: string }
  | { readonly kind: "diverged"; readonly task: number; readonly step: number };
