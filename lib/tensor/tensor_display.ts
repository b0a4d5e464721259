/** How tensors look in notebooks. @module */
import { bytesText, linesDisplay, type RichDisplay } from "../display/rich_display.ts";
import { type Shape, shapeText } from "./shape.ts";

/** Larger tensors are not read back to be shown. */
const MOST_READ = 4096;
const ROWS = 6;
const COLUMNS = 8;

/** What is shown of a tensor. */
export interface ShownTensor {
  readonly shape: Shape;
  readonly dtype: string;
  readonly size: number;
  read(): ArrayLike<number>;
}

/** Kind and shape in one line; reads nothing. */
export function tensorLine({ dtype, shape }: ShownTensor): string {
  return `Tensor ${dtype} ${shapeText(shape)}`;
}

/** Kind, shape and size, and of a small tensor the first rows and columns of its first matrix. */
export function tensorDisplay(tensor: ShownTensor): RichDisplay {
  const bytes = bytesText(4 * tensor.size);
  const heading = `${tensorLine(tensor)}, ${bytes}`;
  if (tensor.size > MOST_READ) {
    return linesDisplay([heading, `read() brings its ${bytes} back from the device`]);
  }
  return linesDisplay([heading, ...preview(tensor)]);
}

function preview(tensor: ShownTensor): string[] {
  let values: ArrayLike<number>;
  try {
    values = tensor.read();
  } catch (error) {
    return [`its values cannot be read: ${(error as Error).message}`];
  }
  const { shape } = tensor;
  const columns = shape.at(-1) ?? 1;
  const rows = shape.at(-2) ?? 1;
  if (rows * columns === 0) return [];
  const [shownRows, shownColumns] = [Math.min(rows, ROWS), Math.min(columns, COLUMNS)];
  const cells = Array.from(
    { length: shownRows },
    (_, i) => Array.from({ length: shownColumns }, (_, j) => numberText(values[i * columns + j])),
  );
  const width = Math.max(...cells.flat().map((text) => text.length));
  const lines = cells.map((row) =>
    row.map((text) => text.padStart(width)).join(" ") + (columns > shownColumns ? " …" : "")
  );
  return [
    ...shape.length > 2 ? [`the first of ${tensor.size / (rows * columns)} matrices:`] : [],
    ...lines,
    ...rows > shownRows ? ["…"] : [],
  ];
}

function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}
