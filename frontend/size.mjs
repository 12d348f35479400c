/** Measures what a browser loads per page, gzipped, and fails above a budget. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { loadedFiles } from './build.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const out = process.env.OUT_DIR ? path.resolve(process.env.OUT_DIR) : path.join(here, '../app/web/static/dist');
const KB = 1000;

/** Gzipped kilobytes; a task page also carries about 15 kB of HTML (interface: 260 kB in all). */
const BUDGETS = [
  { page: 'every page', entries: ['app'], js: 40, css: 15 },
  { page: 'a task on a phone', entries: ['app', 'task'], js: 200, css: 25 },
  { page: 'a page with a diagram (before it is seen)', entries: ['app', 'diagram'], js: 45, css: 25 },
  { page: 'the diagram editor', entries: ['app', 'modeler'], js: 700, css: 60 },
];

const { outputs } = JSON.parse(await readFile(path.join(out, 'meta.json'), 'utf8'));
const gzipped = async (file) => gzipSync(await readFile(path.resolve(here, file)), { level: 9 }).length;
let failed = false;
for (const { page, entries, js, css } of BUDGETS) {
  const scripts = new Set();
  const styles = new Set();
  for (const entry of entries) {
    const [file, output] = Object.entries(outputs).find(([, o]) => o.entryPoint === `src/pages/${entry}.js`);
    loadedFiles(outputs, file).forEach((f) => scripts.add(f));
    if (output.cssBundle) {
      styles.add(output.cssBundle);
    }
  }
  const sum = async (files) => (await Promise.all([...files].map(gzipped))).reduce((a, b) => a + b, 0) / KB;
  const [measuredJs, measuredCss] = [await sum(scripts), await sum(styles)];
  const over = measuredJs > js || measuredCss > css;
  failed ||= over;
  console.log(
    `${over ? 'TOO BIG' : 'ok     '} ${page}: JavaScript ${measuredJs.toFixed(1)} of ${js} kB, CSS ${measuredCss.toFixed(1)} of ${css} kB (gzipped)`,
  );
}
process.exitCode = failed ? 1 : 0;
