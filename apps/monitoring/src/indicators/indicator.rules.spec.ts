import { expect, it } from '@jest/globals';
import { parseBreakdowns } from './indicator.rules.js';

it.each([
  ['year', ['year']],
  ['county,year', ['county', 'year']],
  ['year,year', ['year']],
  ['sex', undefined],
  ['', undefined],
  ['year;DROP TABLE fact', undefined],
])('the breakdowns %s are %j', (text, names) => {
  expect(parseBreakdowns(text)).toEqual(names);
});
