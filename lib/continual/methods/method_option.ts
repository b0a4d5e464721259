/** Options of methods: what they are by default, and how a given value is read. @module */
import { InputError } from "../../errors/input_error.ts";

/** One option of a method. */
export interface MethodOption<Value> {
  readonly initial: Value;
  /** @throws {InputError} for a value that it cannot have */
  read(value: unknown, name: string): Value;
}

/** Options by name. */
export type MethodOptions = Readonly<Record<string, MethodOption<unknown>>>;

/** The values of such options. */
export type OptionValues<Options extends MethodOptions> = {
  readonly [Name in keyof Options]: Options[Name] extends MethodOption<infer Value> ? Value : never;
};

/** The same factor in all tasks, or one a task, of which the last holds for all later ones. */
export type TaskFactors = number | readonly number[];

/** A number from 0. */
export function factor(initial: number): MethodOption<number> {
  return { initial, read: readFactor };
}

/** A number from 0 for all tasks, or a list of one a task; as text with commas between. */
export function factorByTask(initial: TaskFactors): MethodOption<TaskFactors> {
  return {
    initial,
    read: (value, name) => {
      const list = typeof value === "string" ? value.split(",").map((part) => asNumber(part)) : value;
      if (!Array.isArray(list)) return readFactor(list, name);
      if (list.length === 0) {
        throw new InputError(`${name} needs at least one number; an empty list was given.`);
      }
      return list.map((one) => readFactor(one, name));
    },
  };
}

/** The factor of a task, counted from 1. */
export function factorOf(factors: TaskFactors, task: number): number {
  return typeof factors === "number" ? factors : factors[Math.min(task, factors.length) - 1];
}

/** A whole number of at least `least`; null, where that is the initial value, stands for the method's own choice. */
export function count<Initial extends number | null>(
  initial: Initial,
  least = 1,
): MethodOption<number | Initial> {
  return {
    initial,
    read: (value, name) => {
      if (value === null && initial === null) return initial;
      if (Number.isInteger(value) && Number(value) >= least) return Number(value);
      throw new InputError(`${name} must be a whole number of at least ${least}; ${value} was given.`);
    },
  };
}

/** One of some names, the first by default. */
export function oneOf<Name extends string>(names: readonly [Name, ...Name[]]): MethodOption<Name> {
  return {
    initial: names[0],
    read: (value, name) => {
      const found = names.find((one) => one === value);
      if (found !== undefined) return found;
      throw new InputError(`${name} must be one of ${names.join(", ")}; "${value}" was given.`);
    },
  };
}

function readFactor(value: unknown, name: string): number {
  if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return value;
  throw new InputError(`${name} must be a number of at least 0; "${value}" was given.`);
}

/** The number that a text says; the text itself where it says none. */
function asNumber(text: string): number | string {
  return text.trim() === "" ? text : Number.isNaN(Number(text)) ? text.trim() : Number(text);
}
