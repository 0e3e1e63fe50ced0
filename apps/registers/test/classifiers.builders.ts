import type { ServiceUnderTest } from '@meistras/testing/start-service';
import { registrar } from './builders.js';

let serial = 0;

/** A valid classifier, another one at every call. */
export function aClassifier(facts: object = {}): { code: string } & Record<string, unknown> {
  serial += 1;
  return {
    code: `KL_TEST_${serial}`,
    names: { lt: 'Mokymo formos', en: 'Forms of training', vi: 'Hình thức đào tạo' },
    purpose: 'Form of organising training',
    type: 'national, flat',
    author: 'Ministry',
    act: 'V-1',
    ...facts,
  };
}

export function anItem(code: string, facts: object = {}): { code: string } & Record<string, unknown> {
  return { code, names: { lt: `Pavadinimas ${code}`, en: `Name ${code}` }, ...facts };
}

export interface Draft {
  path: string;
  code: string;
  number: number;
  tag: string;
}

const match = (tag: string): Record<string, string> => ({ 'if-match': tag });

/** A new draft of a classifier; the classifier is created if none is named. */
export async function aDraft(api: ServiceUnderTest, facts: object = {}, code?: string): Promise<Draft> {
  const officer = api.as(registrar);
  const of = code ?? ((await officer.post('/classifiers', aClassifier()).expect(201)).body.code as string);
  const { body, headers } = await officer
    .post(`/classifiers/${of}/versions`, { validFrom: '2024-01-01', act: 'V-1', ...facts })
    .expect(201);
  return {
    path: `/classifiers/${of}/versions/${body.number}`,
    code: of,
    number: body.number,
    tag: headers['etag'] ?? '',
  };
}

/** Gives a draft these items. */
export async function fill(api: ServiceUnderTest, draft: Draft, items: object[]): Promise<Draft> {
  const { headers } = await api.as(registrar).put(`${draft.path}/items`, { items }, match(draft.tag)).expect(200);
  return { ...draft, tag: headers['etag'] ?? '' };
}

export async function publish(api: ServiceUnderTest, draft: Draft): Promise<Draft> {
  const { headers } = await api.as(registrar).post(`${draft.path}/publish`, undefined, match(draft.tag)).expect(200);
  return { ...draft, tag: headers['etag'] ?? '' };
}

/** A published version with these items. */
export async function aVersion(
  api: ServiceUnderTest,
  items: object[],
  facts: object = {},
  code?: string,
): Promise<Draft> {
  return publish(api, await fill(api, await aDraft(api, facts, code), items));
}
