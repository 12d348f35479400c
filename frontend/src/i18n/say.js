/** The words of our own pages: a key and values in, a sentence in the page's language out. */
import { en } from './en.js';
import { zh } from './zh.js';

export const language = () => globalThis.document?.documentElement.lang || 'zh-CN';
export const isChinese = () => !language().toLowerCase().startsWith('en');

export function say(key, values = {}) {
  const sentence = (isChinese() ? zh : en)[key];
  if (sentence === undefined) {
    throw new Error(`no words for “${key}”`);
  }
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}
