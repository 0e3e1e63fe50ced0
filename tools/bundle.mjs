// What a service starts from: a few files with all it needs, instead of two thousand that Node would have to find, read and
// compile each time. `X/dist/main.js` → `X/bundle/main.js`, likewise other programs, threads and migrations; what several
// services share lies in `libs/platform/bundle`. See docs/adr/0022.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const root = join(import.meta.dirname, '..');
/** What is started as a process or a thread, a world of its own: its file in `dist` leads to the bundle. */
const program = /^(main|seed)\.js$|\.thread\.js$/;
/** What a program loads by its place. */
const migration = /^migrations\/\d.*\.js$/;

/** What packages would use if it were there. */
const absent = [
  ...['@fastify/multipart', '@fastify/static', '@fastify/view', '@grpc/*', '@nats-io/*', '@nestjs/platform-express'],
  ...['@nestjs/websockets', 'amqp-connection-manager', 'amqplib', 'ioredis', 'mqtt'],
];
/** What keeps facts about classes, and is reached by Nest past the bundle too: there must be one of each. */
const keepers = ['class-transformer', 'class-validator', 'reflect-metadata'];
const external = [...keepers, ...absent];

const head = `import 'reflect-metadata';
import { createRequire as requireOf } from 'node:module';
const require = requireOf(import.meta.url);`;

/** Code that looks for files beside itself finds them as from `bundle/<its place in dist>`. */
const keepPlaces = {
  name: 'keep-places',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]apps[\\/][^\\/]+[\\/]dist[\\/].*\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const place = relative(root, path).replaceAll(sep, '/').replace('/dist/', '/bundle/');
      const url = `new URL('${place}', import.meta.url.replace(/^([^]*)(apps|libs)\\/[^/]+\\/bundle\\/[^]*$/, '$1')).href`;
      return { contents: source.replaceAll('import.meta.url', url) };
    }),
};

/** Traces name our own sources by line; those of packages would be four fifths of the maps. */
const noMap = `//# sourceMappingURL=data:application/json,${encodeURIComponent('{"version":3,"sources":[""],"mappings":"A"}')}`;
const mapOwnSources = {
  name: 'map-own-sources',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]node_modules[\\/].*\.m?js$/ }, ({ path }) => ({
      contents: `${readFileSync(path, 'utf8')}\n${noMap}`,
    })),
};

/**
 * esbuild would name each function anew whenever it is made, also those that a busy function makes at every call. Only classes
 * need their names, and each is named once.
 */
const naming = 'var __name = (target, value) => __defProp(target, "name", { value, configurable: true });';
const classNaming = /\b__name\(this, ("[^"]+")\)/g;

function nameOnlyClasses(files) {
  let [definitions, classes] = [0, 0];
  for (const file of files) {
    const source = readFileSync(file, 'utf8');
    definitions += source.split(naming).length - 1;
    classes += source.match(classNaming)?.length ?? 0;
    const named = source.replace(classNaming, 'Object.defineProperty(this, "name", { value: $1, configurable: true })');
    writeFileSync(file, named.replace(naming, 'var __name = (target) => target;'));
  }
  if (definitions !== 1 || classes === 0)
    throw new Error(`esbuild names otherwise now: ${definitions} definitions of how, ${classes} classes.`);
}

/** @param {string[]} services their folders' names */
export async function bundle(services) {
  const { build } = await import('esbuild');
  const programs = services.flatMap((service) => {
    const dist = join(root, 'apps', service, 'dist');
    rmSync(join(dist, '../bundle'), { recursive: true, force: true });
    const files = readdirSync(dist, { recursive: true }).map((file) => file.replaceAll(sep, '/'));
    return files
      .filter((file) => program.test(file) || migration.test(file))
      .map((file) => ({ service, file, in: join(dist, file), out: `apps/${service}/bundle/${file.slice(0, -3)}` }));
  });
  rmSync(join(root, 'libs/platform/bundle'), { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: programs.map((each) => ({ in: each.in, out: each.out })),
    ...{ absWorkingDir: root, outdir: root },
    chunkNames: 'libs/platform/bundle/[name]-[hash]',
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20' },
    // Names of classes are names of migrations, of tables and of injected things.
    keepNames: true,
    ...{ sourcemap: 'linked', sourcesContent: false, plugins: [keepPlaces, mapOwnSources] },
    ...{ external, banner: { js: head }, metafile: true },
    ...{ logLevel: 'error', logOverride: { 'duplicate-object-key': 'silent' } },
  });
  const outputs = Object.keys(metafile.outputs).filter((file) => file.endsWith('.js'));
  nameOnlyClasses(outputs.map((file) => join(root, file)));
  for (const { service, file } of programs.filter((each) => program.test(each.file))) {
    const up = '../'.repeat(file.split('/').length);
    writeFileSync(join(root, 'apps', service, 'dist', file), `import '${up}bundle/${file}';\n`);
  }
}
