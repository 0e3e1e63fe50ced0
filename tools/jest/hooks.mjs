// How Node finds and reads what a spec file imports. A module of one spec file has its number in its URL: the spec file, what
// lies beside it in `test`, libs/testing, and Jest's functions. From `src` a spec file gets what was built of it, `dist`.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const globals = new URL('./globals.mjs', import.meta.url).href;
const { config } = ts.readConfigFile(
  fileURLToPath(new URL('../../tsconfig.base.json', import.meta.url)),
  ts.sys.readFile,
);
const { options } = ts.convertCompilerOptionsFromJson(
  { ...config.compilerOptions, module: 'es2022', moduleResolution: 'bundler', sourceMap: false, inlineSourceMap: true },
  '.',
);
const root = new URL('../../', import.meta.url).href;
const isOfOneSpec = (url) => url.startsWith(root) && /^([^/]+\/)*test\/|^libs\/testing\//.test(url.slice(root.length));

export async function resolve(specifier, context, next) {
  const number = context.parentURL && new URL(context.parentURL).searchParams.get('spec');
  if (!number) return next(specifier, context);
  const own = `?spec=${number}`;
  if (specifier === '@jest/globals') return { url: globals + own, format: 'module', shortCircuit: true };
  if (specifier.startsWith('.')) {
    const source = new URL(specifier, context.parentURL).href.replace(/\.js$/, '.ts');
    if (isOfOneSpec(source) && existsSync(fileURLToPath(source)))
      return { url: source + own, format: 'module', shortCircuit: true };
    specifier = new URL(specifier, context.parentURL).href.replace('/src/', '/dist/');
  }
  const found = await next(specifier, context);
  return isOfOneSpec(found.url) ? { ...found, url: found.url + own } : found;
}

export async function load(url, context, next) {
  const file = url.replace(/\?.*/, '');
  if (!file.endsWith('.ts')) return next(url, context);
  const source = await readFile(new URL(file), 'utf8');
  const { outputText } = ts.transpileModule(source, { fileName: fileURLToPath(file), compilerOptions: options });
  return { format: 'module', source: outputText, shortCircuit: true };
}
