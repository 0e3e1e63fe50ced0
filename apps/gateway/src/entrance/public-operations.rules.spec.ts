import { describe, expect, it } from '@jest/globals';
import { operationsOf } from './public-operations.rules.js';

const secured = { security: [{ oauth2: ['a:read'] }] };
const publicNames = (document: object): string[] =>
  operationsOf(document)
    .filter(({ isPublic }) => isPublic)
    .map(({ method, path }) => `${method} ${path.source}`);

describe('public operations of an OpenAPI document', () => {
  it('are those that ask for no security', () => {
    const paths = {
      '/a': { get: {}, post: secured, parameters: [] },
      '/b': { get: { security: [] } },
      '/c': { get: secured },
    };
    expect(publicNames({ paths })).toEqual(['GET ^\\/a$', 'GET ^\\/b$']);
  });

  it('are fewer when the document asks for security by default', () => {
    const paths = { '/a': { get: {} }, '/b': { get: { security: [] } }, '/c': { get: { security: [{}] } } };
    expect(publicNames({ security: [{ oauth2: [] }], paths })).toEqual(['GET ^\\/b$', 'GET ^\\/c$']);
  });

  it('stand after more precise ones', () => {
    const paths = { '/a/{id}': { get: {} }, '/a/changes': { get: secured }, '/{x}/b': { get: {} } };
    expect(operationsOf({ paths }).map(({ path }) => path.source)).toEqual([
      '^\\/a\\/changes$',
      '^\\/a\\/[^/]+$',
      '^\\/[^/]+\\/b$',
    ]);
  });

  it('match dots and dashes as they are', () => {
    const [operation] = operationsOf({ paths: { '/a.b/{id}.json': { get: {} } } });
    expect(operation?.path.test('/a.b/1.json')).toBe(true);
    expect(operation?.path.test('/axb/1.json')).toBe(false);
    expect(operation?.path.test('/a.b/1/2.json')).toBe(false);
  });
});
