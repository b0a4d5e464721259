/**
 * A canvas that remembers filled rectangles and gives them back as SVG: all that plotly's heatmaps draw.
 * Unlike pixels they stay sharp at every size.
 *
 * @module
 */

/** The part of a 2D context that heatmaps use. */
export class VectorCanvas {
  /** A CSS colour. */
  fillStyle = "#000";
  readonly #rectangles: string[] = [];

  /** Adds a rectangle in the current colour, in pixels of the canvas. */
  fillRect(x: number, y: number, width: number, height: number): void {
    const parts = /^rgba?\(([^)]*)\)$/.exec(this.fillStyle)?.[1].split(",").map(Number) ?? [0, 0, 0, 1];
    const [red, green, blue, alpha = 1] = parts;
    if (alpha === 0) return;
    this.#rectangles.push(
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="rgb(${red},${green},${blue})"` +
        (alpha < 1 ? ` fill-opacity="${alpha}"` : "") + "/>",
    );
  }

  /** What was drawn, as the address of an SVG picture. */
  toDataUrl(width: number, height: number): string {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" shape-rendering="crispEdges">` +
      `${this.#rectangles.join("")}</svg>`;
    return `data:image/svg+xml;base64,${btoa(svg)}`;
  }
}
