/** Notebook files, format 4. @module */
import { InputError } from "../errors/input_error.ts";
import { writeFileAtomically } from "../files/atomic_file.ts";
import type { Output } from "./recording_sink.ts";

/** Text as files hold it: whole, or in lines that keep their ends. */
export type FileText = string | readonly string[];

/** A cell as its file holds it. */
export interface Cell {
  readonly cell_type: "code" | "markdown" | "raw";
  readonly source: FileText;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** A cell with code. Output text may be in lines. */
export interface CodeCell extends Cell {
  readonly cell_type: "code";
  readonly outputs: readonly Readonly<Record<string, unknown>>[];
  readonly execution_count: number | null;
}

/** A notebook as its file holds it. */
export interface Notebook {
  readonly cells: readonly Cell[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly nbformat: number;
  readonly nbformat_minor: number;
}

/**
 * Reads a notebook.
 *
 * @throws {InputError} if the file is no notebook of format 4
 * @throws {Deno.errors.NotFound} if there is no such file
 */
export async function readNotebook(path: string): Promise<Notebook> {
  let value: unknown;
  try {
    value = JSON.parse(await Deno.readTextFile(path));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new Deno.errors.NotFound(`Cannot read the notebook ${path}: there is no such file.`);
    }
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new InputError(`Reading the notebook ${path} needs JSON: ${cause.message}.`);
  }
  if (!isNotebook(value)) {
    throw new InputError(`Reading the notebook ${path} needs nbformat 4 with a list of cells.`);
  }
  return value;
}

/** Writes a notebook as Jupyter does: one space of indent, sorted keys, text in lines. */
export function writeNotebook(path: string, notebook: Notebook): void {
  writeFileAtomically(path, notebookText(notebook));
}

/** The text of a notebook's file. */
export function notebookText(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => {
    const source = fileLines(plainText(cell.source));
    return isCode(cell) ? { ...cell, source, outputs: cell.outputs.map(fileOutput) } : { ...cell, source };
  });
  return JSON.stringify(sortKeys({ ...notebook, cells }), null, 1) + "\n";
}

/** Whether a cell has code. */
export function isCode(cell: Cell): cell is CodeCell {
  return cell.cell_type === "code";
}

/** Text that may be in lines, whole. */
export function plainText(text: FileText): string {
  return typeof text === "string" ? text : text.join("");
}

function fileOutput(output: Readonly<Record<string, unknown>> | Output): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...output };
  if (fields.text !== undefined) fields.text = fileLines(plainText(fields.text as FileText));
  if (fields.data !== undefined) {
    fields.data = Object.fromEntries(
      Object.entries(fields.data as Record<string, unknown>).map(([type, value]) =>
        type.startsWith("text/") ? [type, fileLines(plainText(value as FileText))] : [type, value]
      ),
    );
  }
  return fields;
}

function fileLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sortKeys((value as Record<string, unknown>)[name])]));
}

function isNotebook(value: unknown): value is Notebook {
  return typeof value === "object" && value !== null && "nbformat" in value && value.nbformat === 4 &&
    "cells" in value && Array.isArray(value.cells);
}
