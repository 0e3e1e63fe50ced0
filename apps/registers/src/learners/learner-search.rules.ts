import { searchKey } from './learner.rules.js';

const mostWords = 4;

/** The words of a name as they are searched for: without case and accents, each once, the first four. */
export function wordsOf(name: string): string[] {
  const words = searchKey(name.normalize('NFC'))
    .split(/[^\p{L}\p{N}']+/u)
    .filter((word) => word !== '');
  return [...new Set(words)].slice(0, mostWords);
}
