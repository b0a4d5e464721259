/** The state of a run as plain arrays. @module */
import { dense } from "../linalg/dense.ts";
import type { SpaceState } from "../projection/remove_shared_space.ts";
import type { Random } from "../tensor/random.ts";
import { type Shape, shapeText } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { AdaptedModel } from "./adapted_model.ts";
import { livingTensors, namedRules, trainedTensors } from "./state_tensors.ts";

/** A place within a task. */
export interface TaskPoint {
  /** Steps that are done. */
  readonly stepsDone: number;
  /** Tasks that were tested after the last step; null before it, and until shared spaces have grown. */
  readonly tasksTested: number | null;
}

/**
 * Everything that the rest of a run depends on, to the last bit: a resumed run gives what an uninterrupted one gives.
 * The rows of steps and the masks of dropout need nothing: they follow from seed, task and step.
 */
export interface Checkpoint {
  /** The task that is over, or under way; 0 before the first. */
  readonly task: number;
  /** Where in it; null when it is over. */
  readonly within: TaskPoint | null;
  /** Weights and pairs by name; within a task also moments, bases of projections, and covariances. */
  readonly tensors: ReadonlyMap<string, StoredArray<Float32Array<ArrayBuffer>>>;
  /** The vectors of shared spaces, in float64 as they are. */
  readonly bases: ReadonlyMap<string, StoredArray<Float64Array<ArrayBuffer>>>;
}

/** An array with its shape. */
export interface StoredArray<Data> {
  readonly shape: Shape;
  readonly data: Data;
}

/** A checkpoint cannot be used: it is damaged, or of another configuration. The message is one sentence. */
export class UnusableCheckpoint extends Error {
  override readonly name = "UnusableCheckpoint";
}

/**
 * Reads the state of a model between two steps.
 *
 * @param within the place in its present task; null when that is over
 */
export function takeCheckpoint(model: AdaptedModel, within: TaskPoint | null = null): Checkpoint {
  const { task } = model;
  const tensors = new Map<string, StoredArray<Float32Array<ArrayBuffer>>>();
  const bases = new Map<string, StoredArray<Float64Array<ArrayBuffer>>>();
  if (task === 0) return { task, within, tensors, bases };
  for (const [name, tensor] of tensorsAt(model, within)) {
    tensors.set(name, { shape: tensor.shape, data: tensor.readFloats() });
  }
  for (const [name, state] of spaceStates(model)) {
    state.spaces.forEach(({ basis, measured }, i) => {
      const shape = [basis.rows, basis.columns];
      bases.set(`${name}.${i}`, { shape, data: basis.data });
      tensors.set(`${name}.${i}.measured`, { shape: [1], data: new Float32Array([Number(measured)]) });
    });
  }
  return { task, within, tensors, bases };
}

/**
 * Puts a model of the same plan, in which no task was begun, into the state of a checkpoint.
 *
 * @param random the run's
 * @throws {UnusableCheckpoint} when the checkpoint is of another plan
 */
export function restoreCheckpoint(model: AdaptedModel, checkpoint: Checkpoint, random: Random): void {
  const { task, within, tensors, bases } = checkpoint;
  if (task === 0) return;
  model.resumeAt(task, random);
  for (const [name, tensor] of tensorsAt(model, within)) {
    tensor.write(stored(tensors, name, tensor.shape).data);
  }
  for (const [name, state] of spaceStates(model)) {
    state.set(state.spaces.map(({ dimension }, i) => {
      const { shape: [, columns], data } = stored(bases, `${name}.${i}`, [dimension, NaN]);
      const measured = stored(tensors, `${name}.${i}.measured`, [1]).data[0] === 1;
      return { dimension, basis: dense(dimension, columns, data), measured };
    }));
  }
}

/** The array of that name and shape, in which NaN stands for any extent. */
function stored<Data>(
  arrays: ReadonlyMap<string, StoredArray<Data>>,
  name: string,
  shape: Shape,
): StoredArray<Data> {
  const found = arrays.get(name);
  const fits = found?.shape.length === shape.length &&
    shape.every((extent, i) => Number.isNaN(extent) || extent === found.shape[i]);
  if (found && fits) return found;
  const what = found ? `"${name}" in another shape, ${shapeText(found.shape)}` : `no "${name}"`;
  throw new UnusableCheckpoint(`it holds ${what}: it was made by another version or configuration`);
}

function tensorsAt(model: AdaptedModel, within: TaskPoint | null): [string, Tensor][] {
  return [...trainedTensors(model), ...(within ? livingTensors(model) : [])];
}

function spaceStates(model: AdaptedModel): [string, SpaceState][] {
  return namedRules(model).flatMap(([name, { links }]) =>
    "space" in links ? [[`space.${name}`, links.space as SpaceState]] : []
  );
}
