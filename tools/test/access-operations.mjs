// The operations of the document, by whose objects they are about, and how one is asked for.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { policy } from './access-policy.mjs';

const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/openapi/meistras.json'), 'utf8'));
export const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ id: operation.operationId, path, method, operation })),
);
export const rowOf = ({ id }) => policy[id] ?? { relation: 'missing', request: () => ({}) };
export const those = (...relations) =>
  operations.filter((each) => relations.includes(rowOf(each).relation)).map((each) => [each.id, each]);
const isRead = ({ method }) => method === 'get';
export const reads = (rows) => rows.filter(([, each]) => isRead(each));
export const writes = (rows) => rows.filter(([, each]) => !isRead(each));
/** Relations that open an operation to every client with the scope, or to all. */
export const mayAnybody = (operation) => ['public', 'open', 'authenticated'].includes(rowOf(operation).relation);
export const removalLast = ([, one], [, other]) => Number(one.method === 'delete') - Number(other.method === 'delete');

/** Sends an operation's request; `client` may be missing, then it goes without a token. */
export async function sendTo(
  url,
  { id, path, method, operation },
  view,
  client,
  { query = {}, request = policy[id].request } = {},
) {
  const asked = request(view);
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(asked.path?.[name] ?? randomUUID()));
  const headers = client ? { authorization: `Bearer ${await client.token()}` } : {};
  const needs = (name) => operation.parameters?.some((each) => each.name === name && each.required);
  if (needs('Idempotency-Key')) headers['idempotency-key'] = randomUUID();
  if (needs('If-Match')) headers['if-match'] = '"1"';
  if (operation.parameters?.some(({ name }) => name === 'X-Purpose')) headers['x-purpose'] = 'SUPERVISION';
  const [type] = Object.keys(operation.requestBody?.content ?? {});
  const { body } = asked;
  if (body !== undefined) headers['content-type'] = typeof body === 'string' ? 'application/x-ndjson' : type;
  const answer = await fetch(`${url}${address}?${new URLSearchParams({ ...asked.query, ...query })}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}
