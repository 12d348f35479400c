/** The `translate` service of the editor: our dictionary over the community's; misses are kept for a test. */
import bpmn from 'bpmn-js-i18n-zh/lib/bpmn-js/index.js';
import panel from 'bpmn-js-i18n-zh/lib/properties-panel/index.js';
import zeebe from 'bpmn-js-i18n-zh/lib/zeebe-properties-panel/index.js';
import older from 'bpmn-js-i18n/translations/zn.js';
import { EDITOR_ZH } from '../i18n/editor_zh.js';
import { ELEMENT_TYPES_ZH } from '../i18n/element_types_zh.js';
import { createTranslate } from './translate_text.js';

export const DICTIONARY = { ...older, ...bpmn, ...panel, ...zeebe, ...ELEMENT_TYPES_ZH, ...EDITOR_ZH };

const misses = new Set();
globalThis.__untranslated = misses;

export const chineseModule = { translate: ['value', createTranslate(DICTIONARY, (text) => misses.add(text))] };
