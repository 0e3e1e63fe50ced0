// Allocation of 1,000,000 applicants × 10 preferences × 2,000 offerings in 14 fields whose quotas bind, and its verification;
// prints milliseconds and peak memory as JSON. A process of its own, so that the memory is the allocation's alone.
import { allocate } from '../../apps/admission/dist/allocation/allocation.engine.js';
import { verifyAllocation } from '../../apps/admission/dist/allocation/allocation.verifier.js';
import { packMerit } from '../../apps/admission/dist/allocation/allocation.key.js';
import { seeded } from '../demo/random.mjs';

const [applicantCount, listLength, offeringCount, fieldCount] = [1_000_000, 10, 2_000, 14];

function problem() {
  const random = seeded(7);
  const draw = (below) => Math.floor(random() * below);
  const fieldOf = Int32Array.from({ length: offeringCount }, (_, offering) => offering % fieldCount);
  const seats = Int32Array.from({ length: 2 * offeringCount }, (_, option) => (option % 2 === 0 ? 400 : 40));
  const quota = new Int32Array(fieldCount);
  for (let offering = 0; offering < offeringCount; offering += 1) quota[fieldOf[offering]] += Math.floor(400 * 0.9);
  const listStart = Int32Array.from({ length: applicantCount + 1 }, (_, i) => i * listLength);
  const option = new Int32Array(applicantCount * listLength);
  const merit = new Uint32Array(option.length);
  for (let applicant = 0; applicant < applicantCount; applicant += 1) {
    const seen = new Set();
    const score = 40_000 + draw(60_000);
    while (seen.size < listLength) seen.add(2 * draw(offeringCount) + (random() < 0.9 ? 0 : 1));
    let at = listStart[applicant];
    for (const each of seen) {
      option[at] = each;
      merit[at] = packMerit({ tier: 0, score, criteriaMet: 0 });
      at += 1;
    }
  }
  const lotteryRank = Uint32Array.from({ length: applicantCount }, (_, i) => i);
  for (let i = applicantCount - 1; i > 0; i -= 1) {
    const other = draw(i + 1);
    [lotteryRank[i], lotteryRank[other]] = [lotteryRank[other], lotteryRank[i]];
  }
  return { applicantCount, offeringCount, fieldCount, fieldOf, seats, quota, listStart, option, merit, lotteryRank };
}

const stated = problem();
// The engine's code is compiled by the first run; a small one, so that it costs no memory.
const few = 10_000;
allocate({
  ...stated,
  applicantCount: few,
  listStart: stated.listStart.slice(0, few + 1),
  lotteryRank: Uint32Array.from({ length: few }, (_, i) => i),
});
const started = performance.now();
const report = verifyAllocation(stated, allocate(stated));
const ms = performance.now() - started;
process.stdout.write(JSON.stringify({ ms, stable: report.ok, peakMiB: process.resourceUsage().maxRSS / 1024 }));
