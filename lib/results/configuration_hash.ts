/** The name of a configuration. @module */
import { createHash } from "node:crypto";

/**
 * The name of a run: the first 12 hexadecimal digits of the SHA-256 of its configuration's
 * {@linkcode canonicalJson}. Equal configurations have equal names, in whatever order their keys stand.
 *
 * @param configuration a JSON value
 * @throws {TypeError} when it holds something that JSON does not
 *
 * @example The order of keys does not matter
 * ```ts
 * import { configurationHash } from "gorp";
 * const hash = configurationHash({ seed: 1, variant: "B+L" });
 * if (hash !== configurationHash({ variant: "B+L", seed: 1 })) throw new Error("order mattered");
 * ```
 */
export function configurationHash(configuration: unknown): string {
  return createHash("sha256").update(canonicalJson(configuration)).digest("hex").slice(0, 12);
}

/**
 * JSON with sorted keys and no spaces, so that equal values give equal texts. As in JSON, keys whose value is
 * undefined are left out and −0 is 0.
 *
 * @throws {TypeError} for NaN, infinities, undefined in a list, functions, dates, maps and other objects that
 * JSON would change or drop
 */
export function canonicalJson(value: unknown): string {
  return encode(value, "the configuration");
}

function encode(value: unknown, where: string): string {
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item, i) => encode(item, `${where}[${i}]`)).join()}]`;
  if (typeof value === "object" && isPlain(value)) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    const sorted = entries.sort(([a], [b]) => a < b ? -1 : 1);
    return `{${
      sorted.map(([key, item]) => `${JSON.stringify(key)}:${encode(item, `${where}.${key}`)}`).join()
    }}`;
  }
  const given = typeof value === "object" ? value.constructor.name : String(value);
  throw new TypeError(
    `Cannot write ${where} as JSON: it is ${given}; plain objects, lists, text, finite ` +
      "numbers, booleans and null are allowed.",
  );
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
