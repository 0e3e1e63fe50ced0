// What the fuzzer draws on: the merged document with requests that work as examples, and the ids of real objects.
import { policy } from '../test/access-policy.mjs';

const isId = (value) => typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(value);
const operationsOf = (document) => Object.values(document.paths).flatMap((item) => Object.values(item));

/** Puts a request that works into every operation of the document. */
export function withExamples(document, view) {
  for (const operation of operationsOf(document)) {
    const { path = {}, query = {}, body } = policy[operation.operationId]?.request(view) ?? {};
    for (const parameter of operation.parameters ?? []) {
      const example = { path, query }[parameter.in]?.[parameter.name];
      if (example !== undefined) parameter.example = example;
    }
    const json = operation.requestBody?.content['application/json'];
    if (json && body !== undefined) json.example = body;
  }
  return document;
}

/** Settings of Schemathesis (TOML): half of the time a parameter takes the value of an object that exists, own or foreign. */
export function settings(document, views) {
  const dictionaries = [];
  const operations = [];
  for (const { operationId } of operationsOf(document)) {
    const requests = views.map((view) => policy[operationId]?.request(view) ?? {});
    const bindings = ['path', 'query', 'body'].flatMap((place) => {
      const names = Object.keys(requests[0][place] ?? {}).filter(
        (name) => place === 'path' || name === 'kind' || isId(requests[0][place][name]),
      );
      return names.flatMap((name) => {
        const values = [...new Set(requests.map((request) => request[place][name]))].filter((value) => value != null);
        if (values.length === 0) return [];
        const dictionary = `${operationId}-${place}-${name}`;
        dictionaries.push(`[dictionaries.${dictionary}]\nvalues = ${JSON.stringify(values)}`);
        return `"${place}.${name}" = { dictionary = "${dictionary}", probability = 0.5 }`;
      });
    });
    if (bindings.length > 0)
      operations.push(
        `[[operations]]\ninclude-operation-id = "${operationId}"\n[operations.parameters]\n${bindings.join('\n')}`,
      );
  }
  return `${[...dictionaries, ...operations].join('\n\n')}\n`;
}
