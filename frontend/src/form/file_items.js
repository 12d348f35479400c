/**
 * The values of file fields: `photos` is a list of {file, taken_at, place?, note?}, `filepicker` one id, or a list of
 * ids when several are allowed. Inside the field both are a list of items {file, …}.
 */
import { asList } from './pick_values.js';

export const itemsOf = (value) => asList(value).map((item) => (typeof item === 'string' ? { file: item } : { ...item, file: item.file ?? item.id }));

export function valueOf(items, field) {
  if (field.type === 'photos') {
    return items;
  }
  const ids = items.map(({ file }) => file);
  return isMultiple(field) ? ids : (ids.at(-1) ?? null);
}

export const isMultiple = (field) => field.type === 'photos' || (field.multiple !== undefined && field.multiple !== false && field.multiple !== 'false' && field.multiple !== '');

/** The items with one file id replaced by another. */
export const withFile = (items, from, to) => items.map((item) => (item.file === from ? { ...item, file: to } : item));
