// `npm run generate`: writes docs/openapi/*.json (one per service and all merged) and docs/events/*.json from the built code.
// `--check` writes nothing and exits 1 when a document is not current.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { describeEvents } from './generate-events.mjs';

const root = join(import.meta.dirname, '..');

/** @typedef {{ openapi: string, paths: Record<string, Record<string, any>>, components: Record<string, Record<string, any>>, tags?: unknown[] }} Document */

/** Every service with HTTP features, in the order of the merged document. */
export const documented = [
  'identity',
  'registers',
  'accreditation',
  'admission',
  'learning-records',
  'finance',
  'monitoring',
];

async function describeService(name) {
  const { describeService: describe } = await import('../libs/platform/dist/openapi/document.js');
  const { features } = await import(pathToFileURL(join(root, `apps/${name}/dist/app.module.js`)).href);
  const definitions = await import(pathToFileURL(join(root, `apps/${name}/dist/data-source.js`)).href);
  const definition = Object.values(definitions).find((each) => each?.name === name && Array.isArray(each.migrations));
  return describe(definition, features);
}

/** One document of all services. A schema of the same name in two services must be the same schema, else it gets a prefix. */
function merge(documents) {
  const merged = {
    openapi: '3.1.0',
    info: {
      title: 'Meistras',
      version: '1',
      description:
        'The open platform on which a country runs vocational education and lifelong learning: every service, one document.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [],
    paths: {},
    components: { securitySchemes: {}, responses: {}, schemas: {} },
  };
  const scopes = {};
  for (const [name, document] of Object.entries(documents)) {
    const text = JSON.stringify(document);
    const clashing = Object.entries(document.components.schemas ?? {})
      .filter(
        ([key, schema]) =>
          merged.components.schemas[key] && JSON.stringify(merged.components.schemas[key]) !== JSON.stringify(schema),
      )
      .map(([key]) => key);
    const prefix = name.replaceAll(/(^|-)([a-z])/g, (_, __, letter) => letter.toUpperCase());
    const renamed = clashing.reduce(
      (all, key) => all.replaceAll(`"#/components/schemas/${key}"`, `"#/components/schemas/${prefix}${key}"`),
      text,
    );
    const { paths, components } = JSON.parse(renamed);
    for (const [key, schema] of Object.entries(components.schemas ?? {}))
      merged.components.schemas[clashing.includes(key) ? `${prefix}${key}` : key] = schema;
    Object.assign(merged.components.responses, components.responses);
    for (const [path, operations] of Object.entries(paths)) {
      for (const operation of Object.values(operations)) {
        operation.tags = [name];
        for (const need of operation.security ?? []) for (const scope of need.oauth2 ?? []) scopes[scope] = scope;
        if (['/parked-events', '/imports', '/webhooks'].some((shared) => path.includes(shared)))
          operation.operationId += `Of${prefix}`;
      }
      merged.paths[path] = operations;
    }
    merged.tags.push({ name, description: `The service ${name}.` });
  }
  merged.components.securitySchemes.oauth2 = {
    type: 'oauth2',
    flows: {
      clientCredentials: { tokenUrl: '/oauth/token', scopes: Object.fromEntries(Object.entries(scopes).sort()) },
    },
  };
  return merged;
}

/** Refusals are the same everywhere: each is described once and referred to. Operations open to all say so. */
function tidy(document) {
  const responses = {};
  for (const operation of Object.values(document.paths).flatMap((operations) => Object.values(operations))) {
    operation.security ??= [];
    for (const [status, response] of Object.entries(operation.responses)) {
      if (!response.content?.['application/problem+json']) continue;
      responses[`Problem${status}`] ??= response;
      operation.responses[status] = { $ref: `#/components/responses/Problem${status}` };
    }
  }
  document.components.responses = Object.fromEntries(Object.entries(responses).sort());
  const { schemas } = document.components;
  for (let unused = ['']; unused.length > 0;) {
    const text = JSON.stringify(document);
    unused = Object.keys(schemas).filter((name) => !text.includes(`"#/components/schemas/${name}"`));
    for (const name of unused) delete schemas[name];
  }
  return document;
}

function sorted(value) {
  return `${JSON.stringify(value, null, 1)}\n`;
}

export async function generate() {
  await build();
  const documents = {};
  for (const name of documented) documents[name] = tidy(await describeService(name));
  return {
    ...Object.fromEntries(
      Object.entries(documents).map(([name, document]) => [`docs/openapi/${name}.json`, sorted(document)]),
    ),
    'docs/openapi/meistras.json': sorted(merge(documents)),
    ...(await describeEvents(root)),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = await generate();
  const old = (file) => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '');
  const present = ['docs/openapi', 'docs/events'].flatMap((dir) =>
    existsSync(join(root, dir)) ? readdirSync(join(root, dir)).map((name) => `${dir}/${name}`) : [],
  );
  const stale = [
    ...Object.keys(files).filter((file) => old(file) !== files[file]),
    ...present.filter((file) => !(file in files) && file.endsWith('.json')),
  ];
  if (process.argv.includes('--check')) {
    for (const file of stale) console.error(`${file} is not current: run npm run generate`);
    process.exit(stale.length > 0 ? 1 : 0);
  }
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  console.log(`${Object.keys(files).length} documents, ${stale.length} changed`);
  process.exit(0);
}
