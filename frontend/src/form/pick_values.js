/** One value or a list of values behind one search box. */

export const asList = (value) => (Array.isArray(value) ? value : value === null || value === undefined || value === '' ? [] : [value]);

export function added(value, item, multiple) {
  return multiple ? [...asList(value), item] : item;
}

export function removed(value, item, multiple) {
  return multiple ? asList(value).filter((other) => other !== item) : null;
}

export const takesSeveral = (field) => field.properties?.multiple === 'true' || field.multiple === true;
