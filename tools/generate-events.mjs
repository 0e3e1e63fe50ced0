// JSON Schemas of the event payloads and an AsyncAPI 3 document, read from the validators of libs/contracts.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** class-validator's word for a rule → JSON Schema. A rule that is not here fails the generation, so none is forgotten. */
const rules = {
  isString: () => ({ type: 'string' }),
  isUuid: () => ({ type: 'string', format: 'uuid' }),
  isBoolean: () => ({ type: 'boolean' }),
  isInt: () => ({ type: 'integer' }),
  isIn: ([values]) => ({ enum: [...values] }),
  matches: ([pattern]) => ({ type: 'string', pattern: pattern.source }),
  min: ([minimum]) => ({ minimum }),
  max: ([maximum]) => ({ maximum }),
  isIso8601: () => ({ type: 'string', format: 'date-time' }),
};

async function eventClasses(root) {
  await import('reflect-metadata');
  const dir = join(root, 'libs/contracts/dist/events');
  const files = readdirSync(dir, { recursive: true })
    .filter((file) => file.endsWith('.js'))
    .sort();
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(join(dir, file)).href)));
  return modules
    .flatMap((module) => Object.values(module))
    .filter((each) => typeof each === 'function' && typeof each.type === 'string');
}

function schemaOf(event, storage) {
  const properties = {};
  const optional = new Set();
  for (const rule of storage.getTargetValidationMetadatas(event, '', true, false)) {
    if (rule.type === 'conditionalValidation') {
      optional.add(rule.propertyName);
      continue;
    }
    const translate = rules[rule.name];
    if (!translate) throw new Error(`${event.type}.${rule.propertyName}: no JSON Schema for ${rule.name}`);
    const schema = translate(rule.constraints ?? []);
    const own = rule.each ? { type: 'array', items: schema } : schema;
    properties[rule.propertyName] = { ...own, ...properties[rule.propertyName] };
  }
  const names = Object.keys(properties).sort();
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:meistras:event:${event.type}`,
    title: event.type,
    type: 'object',
    required: names.filter((name) => !optional.has(name)),
    properties: Object.fromEntries(names.map((name) => [name, properties[name]])),
  };
}

function asyncApi(events) {
  const topicOf = (type) => type.split('.').slice(0, 2).join('.');
  const topics = [...new Set(events.map(({ type }) => topicOf(type)))].sort();
  const id = (text) => text.replaceAll(/[^A-Za-z0-9]/g, '_');
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Meistras events',
      version: '1',
      description:
        'CloudEvents 1.0 in Kafka binary mode: attributes as ce_ headers, the payload as the value, the aggregate id as the key.',
    },
    channels: Object.fromEntries(
      topics.map((topic) => [
        id(topic),
        {
          address: topic,
          messages: Object.fromEntries(
            events
              .filter(({ type }) => topicOf(type) === topic)
              .map(({ type }) => [id(type), { $ref: `#/components/messages/${id(type)}` }]),
          ),
        },
      ]),
    ),
    operations: Object.fromEntries(
      topics.map((topic) => [`publish_${id(topic)}`, { action: 'send', channel: { $ref: `#/channels/${id(topic)}` } }]),
    ),
    components: {
      messages: Object.fromEntries(
        events.map(({ type }) => [
          id(type),
          { name: type, contentType: 'application/json', payload: { $ref: `./${type}.json` } },
        ]),
      ),
    },
  };
}

/** File → text of every event document. */
export async function describeEvents(root) {
  const { getMetadataStorage } = await import('class-validator');
  const events = (await eventClasses(root)).sort((a, b) => a.type.localeCompare(b.type));
  const text = (value) => `${JSON.stringify(value, null, 1)}\n`;
  return {
    ...Object.fromEntries(
      events.map((event) => [`docs/events/${event.type}.json`, text(schemaOf(event, getMetadataStorage()))]),
    ),
    'docs/events/asyncapi.json': text(asyncApi(events)),
  };
}
