/** Bundles the pages into app/web/static/dist with hashed names and a manifest, then the service worker that knows them. */
import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { formJs } from './plugins/form_js.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const out = process.env.OUT_DIR ? path.resolve(process.env.OUT_DIR) : path.join(here, '../app/web/static/dist');
const PUBLIC_PATH = '/static/dist';

/** One line per page entry; `app` is on every page, the others where a template asks for them. */
const ENTRIES = {
  app: 'src/pages/app.js',
  task: 'src/pages/task.js',
  diagram: 'src/pages/diagram.js',
  modeler: 'src/pages/modeler.js',
  map: 'src/pages/map.js',
};
/** What a phone needs to do its tasks without a connection. */
const OFFLINE_ENTRIES = ['app', 'task'];

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome87', 'safari14', 'firefox91'],
  // Safari 14 has a corner case that makes esbuild refuse every destructuring; none of our code meets it.
  supported: { destructuring: true },
  charset: 'utf8',
  legalComments: 'linked',
  logLevel: 'warning',
  jsx: 'automatic',
  jsxImportSource: 'preact',
};

export const pages = {
  ...common,
  entryPoints: ENTRIES,
  outdir: out,
  splitting: true,
  sourcemap: true,
  metafile: true,
  entryNames: '[name]-[hash]',
  chunkNames: 'chunks/[name]-[hash]',
  assetNames: 'assets/[name]-[hash]',
  loader: { '.woff2': 'file', '.woff': 'file', '.ttf': 'file', '.eot': 'file', '.svg': 'file' },
  plugins: [formJs],
};

/** Output files an entry loads at once: itself and the chunks it imports statically, without dynamic imports. */
export function loadedFiles(outputs, file, seen = new Set()) {
  if (!seen.has(file)) {
    seen.add(file);
    for (const { path: imported, kind } of outputs[file].imports) {
      if (kind === 'import-statement' && outputs[imported]) {
        loadedFiles(outputs, imported, seen);
      }
    }
  }
  return seen;
}

export async function writeManifest(metafile) {
  const relative = (file) => path.relative(out, path.resolve(here, file)).split(path.sep).join('/');
  const manifest = {};
  const offline = new Set();
  for (const [file, output] of Object.entries(metafile.outputs)) {
    const name = Object.keys(ENTRIES).find((entry) => output.entryPoint === ENTRIES[entry]);
    if (!name) {
      continue;
    }
    manifest[`${name}.js`] = relative(file);
    if (output.cssBundle) {
      manifest[`${name}.css`] = relative(output.cssBundle);
    }
    if (OFFLINE_ENTRIES.includes(name)) {
      loadedFiles(metafile.outputs, file).forEach((loaded) => offline.add(relative(loaded)));
      if (output.cssBundle) {
        offline.add(relative(output.cssBundle));
      }
    }
  }
  const shell = [...offline].sort().map((file) => `${PUBLIC_PATH}/${file}`);
  const version = createHash('sha256').update(JSON.stringify(manifest)).update(shell.join()).digest('hex').slice(0, 12);
  await esbuild.build({
    ...common,
    entryPoints: ['src/sw/sw.js'],
    outfile: path.join(out, 'sw.js'),
    format: 'iife',
    define: { __SHELL__: JSON.stringify(shell), __VERSION__: JSON.stringify(version) },
  });
  manifest['sw.js'] = 'sw.js';
  await writeFile(path.join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(path.join(out, 'meta.json'), JSON.stringify(metafile));
}

const manifestPlugin = {
  name: 'manifest',
  setup(build) {
    build.onEnd(async ({ metafile, errors }) => {
      if (!errors.length) {
        await writeManifest(metafile);
      }
    });
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const options = { ...pages, plugins: [...pages.plugins, manifestPlugin] };
  if (process.argv.includes('--watch')) {
    await (await esbuild.context(options)).watch();
  } else {
    await esbuild.build(options);
  }
}
