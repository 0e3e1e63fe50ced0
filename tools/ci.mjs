// What .ci/run runs: the README's test command and every check; closes with the counts that a machine can read.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installMissing } from './install.mjs';

const root = join(import.meta.dirname, '..');
const results = join(root, '.meistras/jest-results.json');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

mkdirSync(join(root, '.meistras'), { recursive: true });
rmSync(results, { force: true });
installMissing();
const { runChecks } = await import('./check.mjs');
const { status } = spawnSync(npm, ['test', '--', '--json', `--outputFile=${results}`], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, CI: 'true' },
});
const failedChecks = runChecks();

const counts = existsSync(results)
  ? JSON.parse(readFileSync(results, 'utf8'))
  : { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0 };
const brokenFiles = counts.numRuntimeErrorTestSuites ?? 0;
const failed =
  counts.numFailedTests +
  brokenFiles +
  failedChecks.length +
  (status !== 0 && counts.numFailedTests + brokenFiles === 0 ? 1 : 0);
if (failedChecks.length > 0) console.log(`Failed checks: ${failedChecks.join(', ')}`);
if (counts.numPassedTests === 0) console.log('No test ran.');
console.log(`${counts.numPassedTests} passed, ${failed} failed, ${counts.numPendingTests} skipped`);
process.exit(failed === 0 && counts.numPassedTests > 0 ? 0 : 1);
