/** Cuts form-js down to the fields a task needs and leads its texts through our dictionary. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const source = (file) => path.join(here, '../src', file);

/** Replaced by our own fields (`src/form/fields.js`) or refused in our forms: their code and libraries stay out. */
export const DROPPED_FIELDS = ['Datetime', 'FilePicker', 'Html', 'DocumentPreview', 'IFrame', 'Image'];

function replaceOnce(text, what, by) {
  const found = typeof what === 'string' ? text.includes(what) : what.test(text);
  if (!found) {
    throw new Error(`form-js changed: ${what} is no longer in its bundle`);
  }
  return text.replace(what, by);
}

export function slim(text) {
  text = replaceOnce(text, "from 'preact/jsx-runtime'", `from '${source('i18n/form_js_jsx.js')}'`);
  text = replaceOnce(text, "from 'lodash/isEqual'", `from '${source('form/is_equal.js')}'`);
  text = replaceOnce(text, /import DOMPurify from 'dompurify';\n/, 'const DOMPurify = { sanitize: () => "" };\n');
  text = replaceOnce(text, /import flatpickr from 'flatpickr';\n/, 'const flatpickr = null;\n');
  text = replaceOnce(text, /import \{ marked \} from 'marked';\n/, 'const marked = null;\n');
  for (const name of DROPPED_FIELDS) {
    text = replaceOnce(text, new RegExp(`^${name}\\.config = \\{[\\s\\S]*?^\\};\\n`, 'm'), '');
    text = replaceOnce(text, new RegExp(`(const formFields = \\[[\\s\\S]*?)\\b${name}, `), '$1');
  }
  return text;
}

export const formJs = {
  name: 'form-js',
  setup(build) {
    build.onLoad({ filter: /form-js-viewer[\\/]dist[\\/]index\.es\.js$/ }, async ({ path: file }) => ({
      contents: slim(await readFile(file, 'utf8')),
      resolveDir: path.dirname(file),
      loader: 'js',
    }));
  },
};
