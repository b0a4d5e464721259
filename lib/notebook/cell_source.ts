/** The code of one cell, taken apart. @module */
import { parse } from "@babel/parser";

/** One name that a cell imports. */
export interface ImportedName {
  /** The name in the cell. */
  readonly local: string;
  /** The name in the module; `default`, or `*` for all of it. */
  readonly imported: string;
  readonly typeOnly: boolean;
}

/** One import declaration of a cell. */
export interface CellImport {
  readonly names: readonly ImportedName[];
  /** The module with what follows it, as written: `"gorp"`. */
  readonly source: string;
  /** The line in the cell, from 1. */
  readonly line: number;
}

/** A cell, ready to be joined with others. */
export interface CellSource {
  /** The code without imports and `export`, with its last expression made into a call of `$cell.value`; the same lines. */
  readonly body: string;
  readonly imports: readonly CellImport[];
  /** Names declared at the top of the cell. */
  readonly declared: readonly string[];
}

/** The parts of a syntax tree that are looked at here. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly loc: { readonly start: { readonly line: number } };
  // deno-lint-ignore no-explicit-any -- the fields of a node depend on its type
  readonly [field: string]: any;
}

/**
 * Takes the code of a cell apart.
 *
 * @throws {SyntaxError} with `loc.line` if it is no TypeScript or uses what a cell cannot have
 */
export function parseCell(code: string): CellSource {
  const tree = parse(code, { sourceType: "module", plugins: ["typescript"] });
  refuseImportMeta(code);
  const statements = tree.program.body as unknown as readonly Node[];
  const imports: CellImport[] = [];
  const declared: string[] = [];
  const edits: { start: number; end: number; text: string }[] = [];
  for (const statement of statements) {
    if (statement.type === "ImportDeclaration") {
      imports.push(readImport(code, statement));
      edits.push(blank(code, statement.start, statement.end));
    } else if (statement.type === "ExportNamedDeclaration" && statement.declaration) {
      declared.push(...declaredNames(statement.declaration));
      edits.push(blank(code, statement.start, statement.declaration.start));
    } else if (statement.type.startsWith("Export")) {
      throw Object.assign(new SyntaxError("A cell cannot export names."), { loc: statement.loc.start });
    } else {
      declared.push(...declaredNames(statement));
    }
  }
  const last = statements.at(-1);
  if (last?.type === "ExpressionStatement") {
    const expression = code.slice(last.start, last.end).replace(/;$/, "");
    edits.push({ start: last.start, end: last.end, text: `$cell.value((${expression}));` });
  }
  return { body: apply(code, edits), imports, declared };
}

/** Cells are scripts, in which `import.meta` does not exist. */
function refuseImportMeta(code: string): void {
  if (!/import\s*\.\s*meta/.test(code)) return;
  try {
    parse(code, {
      sourceType: "script",
      plugins: ["typescript"],
      allowAwaitOutsideFunction: true,
      allowImportExportEverywhere: true,
    });
  } catch (error) {
    if (!(error instanceof SyntaxError) || !error.message.startsWith("import.meta")) return;
    throw Object.assign(new SyntaxError("A cell cannot use import.meta: it belongs to no file."), {
      loc: (error as { loc?: unknown }).loc,
    });
  }
}

function readImport(code: string, node: Node): CellImport {
  const names = (node.specifiers as Node[]).map((specifier): ImportedName => ({
    local: specifier.local.name,
    imported: specifier.type === "ImportNamespaceSpecifier"
      ? "*"
      : specifier.type === "ImportDefaultSpecifier"
      ? "default"
      : specifier.imported.name ?? specifier.imported.value,
    typeOnly: node.importKind === "type" || specifier.importKind === "type",
  }));
  return {
    names,
    source: code.slice(node.source.start, node.end).replace(/;$/, ""),
    line: node.loc.start.line,
  };
}

function declaredNames(node: Node): string[] {
  if (node.type === "VariableDeclaration") {
    return (node.declarations as Node[]).flatMap(({ id }) => bound(id));
  }
  return /Declaration$/.test(node.type) && node.id?.name ? [node.id.name] : [];
}

/** The names that a pattern binds. */
function bound(pattern: Node | null): string[] {
  switch (pattern?.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property: Node) => bound(property.value ?? property));
    case "ArrayPattern":
      return pattern.elements.flatMap(bound);
    case "AssignmentPattern":
      return bound(pattern.left);
    case "RestElement":
      return bound(pattern.argument);
    default:
      return [];
  }
}

/** Takes text away without moving a line. */
function blank(code: string, start: number, end: number): { start: number; end: number; text: string } {
  return { start, end, text: code.slice(start, end).replaceAll(/[^\n]/g, " ") };
}

function apply(code: string, edits: readonly { start: number; end: number; text: string }[]): string {
  let result = code;
  for (const { start, end, text } of [...edits].reverse()) {
    result = result.slice(0, start) + text + result.slice(end);
  }
  return result;
}
