// Reads and checks an artefact; what the command prints and what another program can call.
import { checkRun, factsChecker } from './check.mjs';
import { Findings } from './findings.mjs';
import { Unreadable } from './lines.mjs';
import { readArtefact } from './read.mjs';

/**
 * @param {string} file
 * @param {{ keys?: { x: string, kid: string }[] }} [options] keys that are trusted; without them the artefact's own key only
 *   proves that the file is as it was signed, not by whom
 */
export async function verifyArtefact(file, options = {}) {
  try {
    return await verified(file, options);
  } catch (error) {
    // A value of another type than the format gives it, where no row is.
    if (error instanceof TypeError || error instanceof RangeError)
      throw new Unreadable(`not what the format says: ${error.message}`);
    throw error;
  }
}

async function verified(file, { keys }) {
  const findings = new Findings();
  const run = await readArtefact(file, (read) => factsChecker(read, findings));
  const { placed } = checkRun(run, findings, keys);
  return { run, findings, ok: findings.ok, placed, affected: findings.affected(run) };
}

/** One line that says it all, then the details. */
export function inWords({ run, findings, ok, placed, affected }, { keys } = {}) {
  const count = (number) => number.toLocaleString('en');
  const lines = [
    ok
      ? `STABLE: run ${run.run.id}, ${count(run.ids.length)} applicants, ${count(placed)} placed.`
      : `NOT STABLE: run ${run.run.id}, violated: ${findings.violated.join(', ')}. Affected: ${names(affected.named)}; connected with them: ${count(affected.connected.length)} of ${count(run.ids.length)} applicants in ${affected.groups} group(s).`,
    keys
      ? `Signed by the key ${run.signature.keyId}, one of those given.`
      : `The key was taken from the artefact (${run.signature.keyId}): this tells that the file is as it was signed, not who signed it. Compare with --key.`,
    run.isFull
      ? 'Scores, tiers and entitlements were recomputed from the facts in the file.'
      : 'The file has no facts of applicants: scores, tiers and entitlements are taken as stated.',
  ];
  for (const [property, { checked, violations, first }] of [...findings.properties].sort()) {
    lines.push(
      `  ${property.padEnd(9)} ${violations === 0 ? 'holds' : `${count(violations)} violations`} (${count(Math.max(checked, violations))} compared)`,
    );
    for (const { what, applicant, option, field } of first.slice(0, 10)) {
      const who = applicant === undefined ? '' : ` ${run.ids[applicant]}`;
      const where =
        option === undefined || option < 0
          ? ''
          : ` [${run.offerings[option >> 1].offering} ${option % 2 === 0 ? 'VF' : 'VNF'}]`;
      lines.push(`      -${who} ${what}${where}${field === undefined ? '' : ` [field ${run.pools[field].pool}]`}`);
    }
  }
  if (findings.ownMoves > 0) lines.push(`  Own moves, no error: ${count(findings.ownMoves)}.`);
  return lines;
}

function names(ids) {
  if (ids.length === 0) return 'nobody in particular';
  return ids.slice(0, 10).join(', ') + (ids.length > 10 ? ` and ${ids.length - 10} more` : '');
}
