// `node tools/bench/allocation-bench.mjs <applicants> <listed> <offerings>`: the bare loop and the engine with all rules in
// turn, then the verifier; prints JSON. A process of its own, so that the memory is the allocation's alone.
import { allocate } from '../../apps/admission/dist/allocation/allocation.engine.js';
import { packMerit } from '../../apps/admission/dist/allocation/allocation.key.js';
import { verifyAllocation } from '../../apps/admission/dist/allocation/allocation.verifier.js';
import { bareAllocation, randomProblem } from './bare-allocation.mjs';
import { median } from './measure.mjs';

const [applicants, listed, offerings] = process.argv.slice(2).map(Number);
const problem = randomProblem({ applicants, listed, offerings, packMerit });

function timed(work) {
  const started = performance.now();
  const result = work();
  return [performance.now() - started, result];
}

// Both are compiled by a small run.
const few = randomProblem({ applicants: 20_000, listed, offerings: 500, packMerit });
bareAllocation(few);
allocate(few);
const [bare, engine] = [[], []];
let result;
for (let i = 0; i < 3; i += 1) {
  bare.push(timed(() => bareAllocation(problem))[0]);
  const [ms, allocated] = timed(() => allocate(problem));
  engine.push(ms);
  result = allocated;
}
const [verifyMs, report] = timed(() => verifyAllocation(problem, result));
process.stdout.write(
  JSON.stringify({
    ...{ bareMs: median(bare), engineMs: median(engine), verifyMs, stable: report.ok },
    peakMB: Math.round(process.resourceUsage().maxRSS / 976.5625),
  }),
);
