/** The state of a run between two tasks, on disk. @module */
import { encodeSafetensors, parseSafetensors } from "../models/safetensors.ts";
import { dense } from "../linalg/dense.ts";
import type { SpaceState } from "../projection/remove_shared_space.ts";
import { writeFileAtomically } from "../files/atomic_file.ts";
import type { Shape } from "../tensor/shape.ts";
import type { AdaptedModel } from "./adapted_model.ts";
import type { RuleState } from "./weight_groups.ts";

/** Everything that the next task depends on, to the last bit: a resumed run gives what an uninterrupted one gives. */
export interface Checkpoint {
  /** Tasks that are done. */
  readonly task: number;
  /** Weights and pairs by name. */
  readonly tensors: ReadonlyMap<string, StoredArray<Float32Array<ArrayBuffer>>>;
  /** The vectors of shared spaces, in float64 as they are. */
  readonly bases: ReadonlyMap<string, StoredArray<Float64Array<ArrayBuffer>>>;
}

interface StoredArray<Data> {
  readonly shape: Shape;
  readonly data: Data;
}

/** Reads the state of a model whose task has ended. */
export function takeCheckpoint(model: AdaptedModel): Checkpoint {
  const tensors = new Map<string, StoredArray<Float32Array<ArrayBuffer>>>();
  const bases = new Map<string, StoredArray<Float64Array<ArrayBuffer>>>();
  for (const [name, tensor] of trainedTensors(model)) {
    tensors.set(name, { shape: tensor.shape, data: tensor.readFloats() });
  }
  for (const [name, state] of spaceStates(model)) {
    state.spaces.forEach(({ basis, measured }, i) => {
      const shape = [basis.rows, basis.columns];
      bases.set(`${name}.${i}`, { shape, data: basis.data });
      tensors.set(`${name}.${i}.measured`, { shape: [1], data: new Float32Array([Number(measured)]) });
    });
  }
  return { task: model.task, tensors, bases };
}

/**
 * Puts a model of the same plan into the state of a checkpoint.
 *
 * @throws {Error} when the checkpoint is of another plan
 */
export function restoreCheckpoint(model: AdaptedModel, { task, tensors, bases }: Checkpoint): void {
  const stored = <Data>(arrays: ReadonlyMap<string, StoredArray<Data>>, name: string) => {
    const found = arrays.get(name);
    if (!found) {
      throw new Deno.errors.InvalidData(
        `The checkpoint holds no "${name}": it was made by another configuration.`,
      );
    }
    return found;
  };
  model.resumeAt(task);
  for (const [name, tensor] of trainedTensors(model)) tensor.write(stored(tensors, name).data);
  for (const [name, state] of spaceStates(model)) {
    state.set(state.spaces.map(({ dimension }, i) => {
      const { shape, data } = stored(bases, `${name}.${i}`);
      const measured = stored(tensors, `${name}.${i}.measured`).data[0] === 1;
      return { dimension, basis: dense(shape[0], shape[1], data), measured };
    }));
  }
}

/** Writes a checkpoint beside its place and renames it. */
export function saveCheckpoint(path: string, { task, tensors, bases }: Checkpoint): void {
  const all = new Map<string, StoredArray<Float32Array | Float64Array>>([...tensors, ...bases]);
  writeFileAtomically(path, encodeSafetensors(all, { metadata: { task: `${task}` } }));
}

/** Reads a checkpoint, or null when there is none or it is damaged (the run then starts over). */
export function loadCheckpoint(path: string): Checkpoint | null {
  try {
    const bytes = Deno.readFileSync(path);
    const stored = parseSafetensors(bytes, path);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    const task = Number(header.__metadata__.task);
    if (!Number.isInteger(task) || task < 1) return null;
    const tensors = new Map<string, StoredArray<Float32Array<ArrayBuffer>>>();
    const bases = new Map<string, StoredArray<Float64Array<ArrayBuffer>>>();
    for (const [name, { shape, data }] of stored) {
      if (data instanceof Float64Array) bases.set(name, { shape, data });
      else tensors.set(name, { shape, data: new Float32Array(data) });
    }
    return { task, tensors, bases };
  } catch {
    return null;
  }
}

function trainedTensors(model: AdaptedModel) {
  const pairs = model.loraGroups.flatMap(({ pairs, earlier }, i) => [
    [`lora.${i}.a`, pairs.a] as const,
    [`lora.${i}.b`, pairs.b] as const,
    ...(earlier ? [[`lora.${i}.earlier.a`, earlier.a], [`lora.${i}.earlier.b`, earlier.b]] as const : []),
  ]);
  const weights = model.arena.blocks.flatMap(({ base, effective }, i) => {
    const ending = i === 0 ? "" : `.${i}`;
    return [...(base ? [[`base${ending}`, base] as const] : []), [`effective${ending}`, effective] as const];
  });
  return [...weights, ...pairs];
}

function spaceStates(model: AdaptedModel): [string, SpaceState][] {
  const states: [string, RuleState][] = [
    ...model.loraGroups.map(({ a }, i): [string, RuleState] => [`space.lora.${i}`, a]),
    ...model.fullRankGroups.map(({ state }, i): [string, RuleState] => [`space.full.${i}`, state]),
  ];
  return states.filter(([, { links }]) => "space" in links).map((
    [name, { links }],
  ) => [name, links.space as SpaceState]);
}
