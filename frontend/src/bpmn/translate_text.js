/** Looks a text up, then puts values into its {places}. Pure, for tests. */

/** Texts without a letter of a word (symbols, ids, Chinese names of our own) need no translation. */
const needsNone = (text) => !/[A-Za-z]{2}/.test(text.replace(/\{\w+\}/g, '')) || /[\u4e00-\u9fff]/.test(text);

export function createTranslate(dictionary, onMiss = () => {}) {
  return function translate(text, values = {}) {
    const found = dictionary[text];
    if (found === undefined && text && !needsNone(text)) {
      onMiss(text);
    }
    return String(found ?? text ?? '').replace(/\{(\w+)\}/g, (place, name) => (name in values ? translateValue(dictionary, values[name]) : place));
  };
}

/** A value may itself be a word of the editor: "Open {element}" with "Minimap". */
const translateValue = (dictionary, value) => dictionary[value] ?? value;
