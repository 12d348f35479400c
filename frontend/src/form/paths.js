/** Paths of values: ["parts", 2, "qty"] here, "parts[2].qty" between us and the server. */

export function pathText(path) {
  return path.map((part, index) => (Number.isInteger(part) ? `[${part}]` : index ? `.${part}` : part)).join('');
}

export function readPath(text) {
  return String(text)
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
