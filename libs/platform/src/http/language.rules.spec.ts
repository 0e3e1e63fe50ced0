import { describe, expect, it } from '@jest/globals';
import { languageOf, searchKeyOf, textIn } from './language.rules.js';

describe('the language of an answer', () => {
  it.each([
    [undefined, 'lt'],
    ['', 'lt'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['VI', 'vi'],
    ['de, en;q=0.5, vi;q=0.8', 'vi'],
    ['lt;q=0.1, en;q=0.9', 'en'],
    ['en;q=0', 'lt'],
    ['*', 'lt'],
    ['fr, *;q=0.1', 'lt'],
    ['en;q=2, vi;q=abc', 'lt'],
    [';;;,,,=', 'lt'],
  ])('of %j is %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });

  it('falls back to one that there is', () => {
    expect(textIn({ lt: 'a', en: 'b' }, 'vi')).toBe('b');
    expect(textIn({ lt: 'a' }, 'en')).toBe('a');
    expect(textIn({}, 'en')).toBeUndefined();
  });
});

describe('text as it is searched', () => {
  it.each([
    ['Žemės Ūkis', 'zemes ukis'],
    ['Z\u030Cemes', 'zemes'],
    ['Chỗ học Đại', 'cho hoc dai'],
  ])('of %j is %j', (text, key) => {
    expect(searchKeyOf(text, null)).toBe(key);
  });
});
