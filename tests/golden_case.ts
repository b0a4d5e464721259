/**
 * Golden cases: one folder each, `case.json` and, where numbers do not fit in it, `tensors.safetensors`.
 *
 * @module
 */

/** A tensor as stored: row-major, the typed array of its element type. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  /** The name safetensors gives the element type: F32, F64, I32, I64, U8, BOOL. */
  readonly dtype: string;
  readonly data: GoldenData;
}

/** Arrays that a golden tensor can hold. */
export type GoldenData =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** How far results may be from the expected ones: `max|got − want| ≤ abs + rel · max|want|`. */
export interface Tolerance {
  readonly abs: number;
  readonly rel: number;
  /** Pairs for tensors whose name up to the first dot is the key. */
  readonly per?: Readonly<Record<string, { readonly abs: number; readonly rel: number }>>;
}

/** What `case.json` holds. */
export interface CaseRecord {
  readonly kind: string;
  readonly name: string;
  readonly what: string;
  readonly source: string;
  // deno-lint-ignore no-explicit-any -- every kind of case has its own switches
  readonly config: any;
  readonly tolerance: Tolerance;
}

/** A golden case in memory. */
export interface GoldenCase {
  readonly dir: string;
  readonly case: CaseRecord;
  readonly tensors: Map<string, GoldenTensor>;
}

/** Reads the case in folder `dir`; a case without a tensor file has no tensors. */
export function loadCase(dir: string): GoldenCase {
  const record = JSON.parse(Deno.readTextFileSync(`${dir}/case.json`)) as CaseRecord;
  return { dir, case: record, tensors: readTensors(`${dir}/tensors.safetensors`) };
}

/** Folders of the golden cases of one kind, sorted, under a folder that holds `<kind>/<case>/case.json`. */
export function caseFolders(root: string, kind: string): string[] {
  return [...Deno.readDirSync(`${root}/${kind}`)]
    .filter((entry) => entry.isDirectory)
    .map((entry) => `${root}/${kind}/${entry.name}`)
    .sort();
}

/**
 * The folder of the shared golden cases, named by the environment variable GORP_SHARED (a folder that holds
 * `oracle/`), or null, said in one line, where it is not set or has no cases of this kind.
 */
export function sharedCases(kind: string): string | null {
  const shared = Deno.env.get("GORP_SHARED");
  if (!shared) {
    console.log(`GORP_SHARED is not set: the shared ${kind} cases are skipped.`);
    return null;
  }
  try {
    Deno.statSync(`${shared}/oracle/${kind}`);
    return `${shared}/oracle`;
  } catch {
    console.log(`GORP_SHARED has no folder oracle/${kind}: its cases are skipped.`);
    return null;
  }
}

/** The cases of one kind that come with the project, and the shared ones where there are any. */
export function* allCases(kind: string): Generator<GoldenCase> {
  const roots = [new URL("golden", import.meta.url).pathname, sharedCases(kind)];
  for (const root of roots) {
    if (root) { for (const folder of caseFolders(root, kind)) yield loadCase(folder); }
  }
}

/** The pair of a tolerance that holds for tensor `name`. */
export function toleranceOf(
  tolerance: Tolerance,
  name: string,
): { readonly abs: number; readonly rel: number } {
  return tolerance.per?.[name.split(".")[0]] ?? tolerance;
}

/** Fails unless `got` agrees with `want` within the tolerance for `name`. */
export function assertWithin(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  options: { readonly tolerance: Tolerance; readonly name: string },
): void {
  const { abs, rel } = toleranceOf(options.tolerance, options.name);
  if (got.length !== want.length) {
    throw new Error(`${options.name}: ${got.length} values where ${want.length} are expected`);
  }
  let largest = 0, distance = 0;
  for (let i = 0; i < want.length; i++) {
    largest = Math.max(largest, Math.abs(want[i]));
    const difference = Math.abs(got[i] - want[i]);
    distance = difference <= distance ? distance : difference; // keeps a NaN
  }
  const allowed = abs + rel * largest;
  if (!(distance <= allowed)) {
    throw new Error(`${options.name}: largest deviation ${distance}, allowed ${allowed}`);
  }
}

/** Reads a safetensors file; an absent one is empty. */
export function readTensors(path: string): Map<string, GoldenTensor> {
  const tensors = new Map<string, GoldenTensor>();
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return tensors;
    throw error;
  }
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const start = 8 + headerLength;
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
  for (const [name, entry] of Object.entries<TensorEntry>(header)) {
    if (name === "__metadata__") continue;
    const [from, to] = entry.data_offsets;
    const buffer = bytes.slice(start + from, start + to).buffer;
    tensors.set(name, { shape: entry.shape, dtype: entry.dtype, data: asArray(buffer, entry.dtype, name) });
  }
  return tensors;
}

interface TensorEntry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

function asArray(buffer: ArrayBuffer, dtype: string, name: string): GoldenData {
  switch (dtype) {
    case "F32":
      return new Float32Array(buffer);
    case "F64":
      return new Float64Array(buffer);
    case "I32":
      return new Int32Array(buffer);
    case "I64":
      return new BigInt64Array(buffer);
    case "U8":
    case "BOOL":
      return new Uint8Array(buffer);
    default:
      throw new TypeError(`Golden tensor ${name} has element type ${dtype}, which golden cases do not use.`);
  }
}
