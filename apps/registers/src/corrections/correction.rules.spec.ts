import { describe, expect, it } from '@jest/globals';
import { recordParts } from '@meistras/contracts/events/registers/record';
import { namesAnEntry, stateAfter } from './correction.rules.js';

describe('a request to correct a record', () => {
  it.each([
    ['OPEN', 'ACCEPT', 'ACCEPTED'],
    ['OPEN', 'REFUSE', 'REFUSED'],
    ['ACCEPTED', 'ACCEPT', undefined],
    ['ACCEPTED', 'REFUSE', undefined],
    ['REFUSED', 'ACCEPT', undefined],
    ['REFUSED', 'REFUSE', undefined],
  ] as const)('that is %s: %s makes it %s', (state, act, after) => {
    expect(stateAfter(state, act)).toBe(after);
  });

  it('names an entry where a person may have several', () => {
    expect(recordParts.filter(namesAnEntry)).toEqual(['LEARNER_ENTRY', 'CERTIFICATE_ENTRY']);
  });
});
