/** A file that has no id from the server yet stands in a form's values as "local:<key>". */

const PREFIX = 'local:';

export const localId = (key) => PREFIX + key;
export const isLocal = (value) => typeof value === 'string' && value.startsWith(PREFIX);
export const keyOf = (id) => id.slice(PREFIX.length);

/** All local ids inside a JSON value, each once. */
export function localIds(value, found = new Set()) {
  if (isLocal(value)) {
    found.add(value);
  } else if (value && typeof value === 'object') {
    Object.values(value).forEach((child) => localIds(child, found));
  }
  return found;
}

/** The same JSON value with local ids replaced; ids without a replacement stay. */
export function withServerIds(value, ids) {
  if (isLocal(value)) {
    return ids.get(value) ?? value;
  }
  if (Array.isArray(value)) {
    return value.map((child) => withServerIds(child, ids));
  }
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, withServerIds(child, ids)]));
  }
  return value;
}
