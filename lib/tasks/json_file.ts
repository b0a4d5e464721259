/**
 * Reading JSON files with errors that name the file and the line.
 *
 * @module
 */
import { InputError } from "../errors/input_error.ts";

/**
 * The value in a JSON file.
 *
 * @throws Error for a file that is missing or unreadable, SyntaxError for one that is no JSON
 */
export async function readJsonFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : (error as Error).message;
    throw new InputError(`Cannot read ${path}: ${reason}.`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const line = text.trimEnd().slice(0, firstError(text)).split("\n").length;
    throw new InputError(
      `Cannot read ${path}: line ${line} is not valid JSON (${(error as Error).message}).`,
      {
        cause: error,
      },
    );
  }
}

const STRING = String.raw`"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"`;
const SCALAR = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null`;
const TOKEN = new RegExp(String.raw`\s*(?:(${STRING})|(${SCALAR})|([[\]{},:]))`, "y");

/**
 * The position in a text of the first thing that JSON does not allow; JavaScript's own message often has none.
 *
 * One token at a time: what may come next depends on the last token and the open brackets.
 */
function firstError(text: string): number {
  const open: string[] = [];
  let expected = "value";
  for (let position = 0; position < text.length;) {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(text);
    if (!match) return position + /^\s*/.exec(text.slice(position))![0].length;
    const [whole, string, scalar, sign] = match;
    const next = after(
      expected,
      { isString: string !== undefined, isScalar: scalar !== undefined, sign },
      open,
    );
    if (next === null) return position + whole.length - 1;
    expected = next;
    position += whole.length;
  }
  return text.length;
}

/** What may follow the token, or null if the token itself is out of place. Opens and closes brackets. */
function after(
  expected: string,
  token: { isString: boolean; isScalar: boolean; sign: string | undefined },
  open: string[],
): string | null {
  const { isString, isScalar, sign } = token;
  const takesValue = expected === "value" || expected === "value or ]";
  if (takesValue && (isString || isScalar)) return "end";
  if ((expected === "key" || expected === "key or }") && isString) return "colon";
  if (takesValue && (sign === "[" || sign === "{")) {
    open.push(sign);
    return sign === "[" ? "value or ]" : "key or }";
  }
  if (expected === "colon" && sign === ":") return "value";
  if (expected === "end" && sign === "," && open.length > 0) return open.at(-1) === "[" ? "value" : "key";
  const closes = (sign === "]" && open.at(-1) === "[" && (expected === "end" || expected === "value or ]")) ||
    (sign === "}" && open.at(-1) === "{" && (expected === "end" || expected === "key or }"));
  if (!closes) return null;
  open.pop();
  return "end";
}
