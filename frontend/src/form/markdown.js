/** The little Markdown of a text field: headings, lists, bold, italic, code, links, line breaks. form-js cleans the result. */

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

function inline(text) {
  return escape(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/(^|[^*\w])\*([^*\s][^*]*)\*/g, '$1<em>$2</em>')
    .replace(/(^|[^_\w])_([^_\s][^_]*)_(?![\w_])/g, '$1<em>$2</em>')
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, '<a href="$2">$1</a>');
}

const LINE = [
  { kind: 'heading', pattern: /^(#{1,6})\s+(.*)$/ },
  { kind: 'ul', pattern: /^\s*[-*+]\s+(.*)$/ },
  { kind: 'ol', pattern: /^\s*\d+[.、)]\s+(.*)$/ },
  { kind: 'hr', pattern: /^\s*(?:---+|\*\*\*+)\s*$/ },
];

export function renderMarkdown(markdown) {
  const html = [];
  let list = null;
  let lines = [];
  const endParagraph = () => {
    if (lines.length) {
      html.push(`<p>${lines.map(inline).join('<br>')}</p>`);
      lines = [];
    }
  };
  const endList = () => {
    if (list) {
      html.push(`</${list}>`);
      list = null;
    }
  };
  for (const line of String(markdown ?? '').split(/\r?\n/)) {
    const { kind, match } = LINE.map(({ kind, pattern }) => ({ kind, match: pattern.exec(line) })).find(({ match }) => match) ?? {};
    if (kind === 'hr' || kind === 'heading' || !line.trim()) {
      endParagraph();
      endList();
      if (kind === 'hr') {
        html.push('<hr>');
      } else if (kind === 'heading') {
        html.push(`<h${match[1].length}>${inline(match[2])}</h${match[1].length}>`);
      }
    } else if (kind) {
      endParagraph();
      if (list !== kind) {
        endList();
        html.push(`<${kind}>`);
        list = kind;
      }
      html.push(`<li>${inline(match[1])}</li>`);
    } else {
      endList();
      lines.push(line);
    }
  }
  endParagraph();
  endList();
  return html.join('');
}

export class Markdown {
  render(markdown) {
    return renderMarkdown(markdown);
  }
}
Markdown.$inject = [];
