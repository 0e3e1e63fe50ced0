// Compiles every library and service: `X/src/**/*.ts` → `X/dist/**/*.js`, type-checked as one program, with the Swagger
// plugin that turns DTO classes into OpenAPI schemas; then bundles the services (bundle.mjs). Prints every fault and exits 1;
// does nothing when nothing changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

const root = join(import.meta.dirname, '..');
const stampFile = join(root, '.meistras/build.stamp');

/** Digest of everything that the output depends on. */
function digestOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** Folders of all libraries and services. */
function projects() {
  return ['libs', 'apps'].flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)));
}

function sources() {
  return projects()
    .filter((project) => existsSync(join(project, 'src')))
    .flatMap((project) =>
      readdirSync(join(project, 'src'), { recursive: true }).map((file) => join(project, 'src', file)),
    )
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .sort();
}

function report(ts, diagnostics) {
  const host = { getCurrentDirectory: () => root, getCanonicalFileName: (name) => name, getNewLine: () => '\n' };
  process.stderr.write(ts.formatDiagnosticsWithColorAndContext(diagnostics, host));
}

/** Builds if needed. Returns whether it compiled anything. Throws after printing the faults. */
export async function build() {
  const files = sources();
  const digest = digestOf([
    ...files,
    join(root, 'tsconfig.base.json'),
    import.meta.filename,
    join(root, 'tools/bundle.mjs'),
    join(root, 'package-lock.json'),
  ]);
  const current = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (current === digest && existsSync(join(root, 'apps/registers/dist/main.js'))) return false;

  const require = createRequire(import.meta.url);
  const ts = require('typescript');
  const swagger = require('@nestjs/swagger/plugin');
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, rootDir: '.', noEmitOnError: true },
    root,
  );
  const program = ts.createProgram(files, options);
  const faults = ts.getPreEmitDiagnostics(program);
  if (faults.length > 0) {
    report(ts, faults);
    throw new Error(`${faults.length} type errors`);
  }
  for (const project of projects()) rmSync(join(project, 'dist'), { recursive: true, force: true });
  // `.routes.ts`: operations that several controllers inherit.
  const controllerFileNameSuffix = ['.controller.ts', '.routes.ts'];
  const plugin = swagger.before(
    { esmCompatible: true, introspectComments: true, classValidatorShim: true, controllerFileNameSuffix },
    program,
  );
  program.emit(
    undefined,
    (file, text) => {
      const target = file.replace(/\/src\//, '/dist/');
      mkdirSync(dirname(target), { recursive: true });
      // The Swagger plugin names classes of the libraries by their source file; at run time they lie in dist.
      writeFileSync(target, text.replaceAll(/((?:\.\.\/)+libs\/[a-z-]+)\/src\//g, '$1/dist/'));
    },
    undefined,
    false,
    { before: [plugin] },
  );
  await bundle(readdirSync(join(root, 'apps')));
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, digest);
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const started = Date.now();
    console.log((await build()) ? `built in ${((Date.now() - started) / 1000).toFixed(1)} s` : 'build is current');
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
