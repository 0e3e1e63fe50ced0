import { expect, it } from '@jest/globals';
import { retainedUntil } from './retention.rules.js';

it.each<[string, string, (string | null)[], string | undefined]>([
  ['without an enrolment from the registration', '2015-09-01', [], '2025-09-01'],
  ['from the end of the last enrolment', '2015-09-01', ['2016-06-30', '2018-06-30'], '2028-06-30'],
  ['from the registration when that is later', '2019-01-01', ['2018-06-30'], '2029-01-01'],
  ['not while an enrolment is open', '2015-09-01', ['2016-06-30', null], undefined],
  ['from 29 February to 1 March of a common year', '2016-02-29', [], '2026-03-01'],
])('ten years are counted %s', (_, registeredOn, ends, until) => {
  expect(retainedUntil({ registeredOn, ends }, 10)).toBe(until);
});

it('from 29 February to 29 February of a leap year', () => {
  expect(retainedUntil({ registeredOn: '2016-02-29', ends: [] }, 12)).toBe('2028-02-29');
});
