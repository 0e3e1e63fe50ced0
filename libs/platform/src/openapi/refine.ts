import type { OpenAPIObject } from '@nestjs/swagger';
import { etagMark } from '../http/etag.js';

interface Schema {
  type?: string;
  format?: string;
  pattern?: string;
  enum?: unknown[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean;
  $ref?: string;
}

interface Parameter {
  name: string;
  in: string;
  required: boolean;
  description?: string;
  schema?: Schema;
}

interface Answer {
  description: string;
  headers?: Record<string, object>;
  content?: Record<string, unknown>;
}

interface Operation {
  parameters?: Parameter[];
  requestBody?: unknown;
  responses: Record<string, Answer>;
  [etagMark]?: boolean;
}

/** Ids that are names, not UUIDs. */
const names = new Set(['clientId', 'keyId', 'requestId']);

/**
 * Says what the decorators leave open but the house's conventions fix: a number is whole unless its format is `double`,
 * `…At` is an instant, `…On` a day, an id a UUID; a body has no unknown fields; an entity tag is a header and makes 304.
 */
export function refine(document: OpenAPIObject): OpenAPIObject {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  for (const schema of Object.values(schemas)) refineProperties(schema);
  const operations = operationsOf(document);
  for (const [method, operation] of operations) {
    // Path parameters are as the handler's pipes say; the others follow the conventions of properties.
    for (const { name, schema, in: place } of operation.parameters ?? [])
      if (schema && place === 'query') refineSchema(name, schema);
    refineAnswers(method, operation);
  }
  closeBodies(
    schemas,
    operations.map(([, operation]) => operation),
  );
  return document;
}

function operationsOf(document: OpenAPIObject): [string, Operation][] {
  return Object.values(document.paths).flatMap((item) => Object.entries(item as Record<string, Operation>));
}

function refineProperties(schema: Schema): void {
  for (const [name, property] of Object.entries(schema.properties ?? {})) refineSchema(name, property);
}

function refineSchema(name: string, schema: Schema): void {
  if (schema.items) refineSchema(name, schema.items);
  refineProperties(schema);
  if (schema.type === 'number' && schema.format !== 'double') schema.type = 'integer';
  if (schema.type !== 'string' || schema.format || schema.pattern || schema.enum) return;
  const format = formatOf(name);
  if (format) schema.format = format;
}

function formatOf(name: string): string | undefined {
  if (name === 'id' || name.endsWith('Id')) return names.has(name) ? undefined : 'uuid';
  if (name.endsWith('At')) return 'date-time';
  return name.endsWith('On') ? 'date' : undefined;
}

function refineAnswers(method: string, operation: Operation): void {
  for (const [status, answer] of Object.entries(operation.responses)) {
    if (status === '429' || status === '503')
      answer.headers = { 'Retry-After': header('Seconds to wait.', { type: 'integer' }) };
    else if (status.startsWith('2') && operation[etagMark])
      answer.headers = { ETag: header('Version of the object.', { type: 'string' }) };
  }
  if (operation[etagMark] && method === 'get') {
    operation.responses['304'] = { description: 'It has the version that If-None-Match names.' };
    operation.parameters = [
      ...(operation.parameters ?? []),
      {
        name: 'If-None-Match',
        in: 'header',
        required: false,
        description: 'Entity tag of the version held.',
        schema: { type: 'string' },
      },
    ];
  }
  Reflect.deleteProperty(operation, etagMark);
}

const header = (description: string, schema: Schema): object => ({ description, required: true, schema });

/** Unknown fields are refused: what is only ever sent has none. What is also answered may gain fields. */
function closeBodies(schemas: Record<string, Schema>, operations: Operation[]): void {
  const reached = (parts: unknown[]): Set<string> => {
    const found = new Set<string>();
    const open = [...parts];
    for (let part = open.pop(); part !== undefined; part = open.pop()) {
      for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
        if (found.has(name)) continue;
        found.add(name);
        if (schemas[name]) open.push(schemas[name]);
      }
    }
    return found;
  };
  const answered = reached(operations.map(({ responses }) => responses));
  for (const name of reached(operations.flatMap(({ requestBody }) => (requestBody ? [requestBody] : [])))) {
    const schema = schemas[name];
    if (schema?.properties && !answered.has(name)) schema.additionalProperties = false;
  }
}
