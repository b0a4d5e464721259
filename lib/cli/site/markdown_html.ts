/** Markdown with formulas as HTML. @module */
import { Marked } from "marked";
import temml from "temml";
import { escapeHtml } from "../../display/rich_display.ts";

/** A formula that was taken out of a text: its place is held by a private character and its number. */
const HELD = /\uE000(\d+)\uE001/g;

/**
 * Markdown as a fragment of HTML; formulas between `$` or `$$` become MathML, which browsers draw by themselves.
 *
 * @param text Markdown with the tables and code of GitHub's
 * @param link where each link and picture leads, null for a link that leads nowhere in the site
 */
export function markdownHtml(
  text: string,
  link: (target: string) => string | null = (target) => target,
): string {
  const formulas: string[] = [];
  const withoutFormulas = text.replace(
    /(```[\s\S]*?```|`[^`\n]*`)|\$\$([\s\S]+?)\$\$|\$([^\s$](?:[^$\n]*[^\s$])?)\$(?!\d)/g,
    (whole, code?: string, display?: string, inline?: string) => {
      if (code !== undefined) return whole;
      formulas.push(formulaHtml(display ?? inline!, display !== undefined));
      return `\uE000${formulas.length - 1}\uE001`;
    },
  );
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${headingId(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const target = link(href);
        const inside = this.parser.parseInline(tokens);
        return target === null ? inside : `<a href="${escapeHtml(target)}">${inside}</a>`;
      },
      image({ href, text }) {
        return `<img src="${escapeHtml(link(href) ?? href)}" alt="${escapeHtml(text)}">`;
      },
    },
  });
  const html = marked.parse(withoutFormulas, { async: false });
  return html.replace(HELD, (_, number) => formulas[Number(number)]);
}

/** As GitHub names headings: lower case, hyphens for spaces. */
function headingId(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}\s-]/gu, "").trim().replace(/\s/g, "-");
}

function formulaHtml(formula: string, displayMode: boolean): string {
  return temml.renderToString(formula, { displayMode, throwOnError: false });
}
