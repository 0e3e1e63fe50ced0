import { expect, it } from '@jest/globals';
import { wordsOf } from './learner-search.rules.js';

it.each<[string, string[]]>([
  ['Jonas KAZLAUSKAS', ['jonas', 'kazlauskas']],
  ['Žvirblytė-Šimkienė, Rūta', ['zvirblyte', 'simkiene', 'ruta']],
  ['  ona   ona ', ['ona']],
  ["O'Neil", ["o'neil"]],
  ['a b c d e', ['a', 'b', 'c', 'd']],
  ['%', []],
  ['', []],
])('%j is searched for as %j', (name, words) => {
  expect(wordsOf(name)).toEqual(words);
});
