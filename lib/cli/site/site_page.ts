/** The frame of every page of the documentation. @module */
import { escapeHtml } from "../../display/rich_display.ts";
import css from "./site_page.css" with { type: "text" };

/** One page. */
export interface SitePage {
  readonly title: string;
  /** HTML. */
  readonly body: string;
  /** From the page's folder to the root of the site: `../`, or nothing. */
  readonly root: string;
}

/** A whole page, which needs nothing from elsewhere. */
export function sitePage({ title, body, root }: SitePage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · GORP on Deno</title>
<style>
${css}</style>
</head>
<body>
<nav><a href="${root}index.html">GORP on Deno</a> <a href="${root}index.html#notebooks">notebooks</a>
<a href="${root}library/index.html">library</a> <a href="${root}index.html#documents">documents</a></nav>
<main>
${body}
</main>
</body>
</html>
`;
}
