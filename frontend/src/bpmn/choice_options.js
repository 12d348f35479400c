/** Options of a select box: nothing, the known ones, and a value of the file that nobody knows. Pure, for tests. */
import { say } from '../i18n/say.js';

export function optionsFor(list = [], value = '') {
  const options = [{ value: '', label: say('editor_none') }, ...list.map(({ value: own, label }) => ({ value: own, label: label ?? own }))];
  if (value && !options.some((option) => option.value === value)) {
    options.push({ value, label: value.startsWith('=') ? value : say('editor_unknown', { value }) });
  }
  return options;
}
