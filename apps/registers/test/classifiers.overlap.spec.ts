import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from '@meistras/platform/time/days';
import { registrar, startRegisters } from './builders.js';
import { aDraft, anItem, aVersion, fill } from './classifiers.builders.js';
import type { Draft } from './classifiers.builders.js';

const api = startRegisters();
const publish = (draft: Draft) => api.as(registrar).post(`${draft.path}/publish`, undefined, { 'if-match': draft.tag });

describe('two published versions of a classifier', () => {
  it('never overlap in time: the second is refused on publishing, and may be after the first has ended', async () => {
    const first = await aVersion(api, [anItem('A')], { validFrom: '2023-01-01' });
    const second = await fill(api, await aDraft(api, { validFrom: '2024-02-15' }, first.code), [anItem('B')]);
    const { body } = await publish(second).expect(409);
    expect(body.type).toBe('urn:meistras:problem:registers:classifier-version-overlap');
    const published = (await api.events('registers.classifier')).filter(({ payload }) => payload['number'] === 2);
    expect(published).toEqual([]);
    const end = { validFrom: '2023-01-01', validTo: '2024-02-15', act: 'V-2' };
    await api.as(registrar).put(first.path, end, { 'if-match': first.tag }).expect(200);
    await publish(second).expect(200);
    const { body: longer } = await api
      .as(registrar)
      .put(first.path, { ...end, validTo: '2024-02-16' }, { 'if-match': '"4"' })
      .expect(409);
    expect(longer.type).toMatch(/:classifier-version-overlap$/);
  });

  it('may hold on the same days in different classifiers', async () => {
    await aVersion(api, [anItem('A')]);
    await aVersion(api, [anItem('A')]);
  });

  it('share no day, as one finds who counts the days of each', async () => {
    const start = '2024-01-01';
    const period = fc.tuple(fc.option(fc.nat(20), { nil: undefined }), fc.option(fc.integer({ min: 1, max: 10 })));
    const bodyOf = ([from, days]: [number | undefined, number | null]): { validFrom?: string; validTo?: string } => ({
      ...(from === undefined ? {} : { validFrom: addDays(start, from) }),
      ...(days === null ? {} : { validTo: addDays(start, (from ?? 0) + days) }),
    });
    // The oracle knows no intervals: it marks days, one beyond each end for what is open.
    const daysOf = ([from, days]: [number | undefined, number | null]): number[] =>
      [...Array(42).keys()]
        .map((at) => at - 1)
        .filter((at) => at >= (from ?? -1) && (days === null || at < (from ?? 0) + days));
    await fc.assert(
      fc.asyncProperty(fc.array(period, { minLength: 2, maxLength: 5 }), async (periods) => {
        let code: string | undefined;
        const taken = new Set<number>();
        for (const each of periods) {
          const draft = await fill(api, await aDraft(api, { validFrom: undefined, ...bodyOf(each) }, code), [
            anItem('A'),
          ]);
          code = draft.code;
          const free = daysOf(each).every((day) => !taken.has(day));
          expect((await publish(draft)).status).toBe(free ? 200 : 409);
          if (free) for (const day of daysOf(each)) taken.add(day);
        }
      }),
      // It ends before its test does: what went on after it would keep the process from ending.
      { numRuns: 25, interruptAfterTimeLimit: 25_000, markInterruptAsFailure: true },
    );
  });
});
