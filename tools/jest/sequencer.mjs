// The order of the spec files: those that start the whole platform first, the longest of them before all, so that the workers
// end together; then as Jest has it, the slowest of the last run or the largest first.
import { createRequire } from 'node:module';

const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer');
const rank = ({ path }) => (path.endsWith('/story.spec.mjs') ? 0 : path.endsWith('.mjs') ? 1 : 2);

export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
}
