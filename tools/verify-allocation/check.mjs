// Checks what an artefact says against the published rules and properties (P1 to P10), each by its definition.
import { createPublicKey, verify } from 'node:crypto';
import { byInstitutions, inRounds, poolOf } from './match.mjs';
import { standingName } from './read.mjs';
import * as rules from './rules.mjs';

/**
 * What `readArtefact` calls for the facts of each applicant, while it reads: score, tier, entitlement and reasons follow from
 * them (F-ADM-1, F-ADM-2, R-ADM-24), and the applicant's row commits to them.
 */
export function factsChecker(run, findings) {
  return (a, { salt, facts }, text) => {
    const about = { applicant: a };
    findings.checked('FACTS');
    if (rules.sha256(`${salt}|${text}`) !== run.factsHash[a])
      return findings.add('FACTS', 'the facts are not those that the row commits to', about);
    if (!rules.onScale(facts)) return findings.add('P5', 'a grade or examination is off its scale', about);
    const policy = policyOf(run);
    const own = rules.score(facts, policy['adm.score.secondaryWeight']);
    if (own !== run.score[a]) findings.add('P5', `score ${run.score[a]} but grades give ${own}`, about);
    if (rules.tier(policy['adm.tier'], facts.funding) !== run.tier[a])
      findings.add('P5', `tier ${run.tier[a]} does not follow from the qualifications held`, about);
    if (facts.reasons.length !== run.listStart[a + 1] - run.listStart[a])
      findings.add('P6', 'not one reason for each option', about);
    return checkEntitlement(run, a, facts, findings);
  };
}

function checkEntitlement(run, a, facts, findings) {
  const ruleset = policyOf(run)['adm.vf.ruleset'];
  for (let p = run.listStart[a], i = 0; p < run.listStart[a + 1]; p += 1, i += 1) {
    const option = run.option[p];
    const standing = standingName(run.standing[p]);
    const about = { applicant: a, option };
    if ((facts.reasons[i] === null) !== (standing === undefined))
      findings.add('P6', 'reason and standing contradict each other', about);
    if (standing === 'CLOSED') continue;
    const may =
      option % 2 === 1 ||
      (!facts.liveAgreement && rules.entitled(run.offerings[option >> 1].kind, facts.funding, ruleset));
    if (may && standing === 'NOT_ENTITLED') findings.add('P6', 'refused though entitled (F-ADM-2, R-ADM-35)', about);
    if (!may && standing !== 'NOT_ENTITLED')
      findings.add('P6', 'competes without entitlement (F-ADM-2, R-ADM-35)', about);
  }
}

const policyOf = (run) => (run.policyValues ??= Object.fromEntries(run.policy.map(({ code, value }) => [code, value])));

const needed = [
  ...['adm.criteria', 'adm.limit', 'adm.lottery.publicDraw', 'adm.oneLiveAgreement', 'adm.pool.key'],
  ...['adm.pool.oneScorePerField', 'adm.score.secondaryWeight', 'adm.tier', 'adm.vf.ruleset'],
];

/**
 * Everything that can be told once the whole was read.
 * @param {object} run what `readArtefact` read
 * @param {import('./findings.mjs').Findings} findings
 * @param {{ x: string, kid: string }[] | undefined} keys those trusted; without them the artefact's own is taken
 */
export function checkRun(run, findings, keys) {
  checkHashes(run, findings);
  checkSignature(run, findings, keys);
  checkPolicy(run, findings);
  checkCommitment(run, findings);
  checkLists(run, findings);
  const lottery = rules.lottery(run.stage, run.ids);
  if (lottery.equal) findings.add('P5', 'two applicants have the same lottery', {});
  const listed = policyOf(run)['adm.criteria'].map(({ code }) => code);
  const key = rules.keys(run, listed, lottery.rank);
  const problem = cutDown(run);
  const facts = recount(run, problem, key, findings);
  checkLimits(run, facts, lottery.hashes, findings);
  checkStability(run, problem, facts, { key, findings });
  compare(run, problem, key, findings);
  return { placed: run.place.reduce((sum, option) => sum + (option < 0 ? 0 : 1), 0) };
}

function checkHashes({ hashes, sums }, findings) {
  for (const [name, what] of [
    ['input', 'inputHash'],
    ['result', 'resultHash'],
    ['document', 'digest'],
  ]) {
    findings.checked('HASH');
    if (hashes[name] !== sums[name]) findings.add('HASH', `${what} is not that of the lines`, {});
  }
}

const publicKey = (x) => createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });

function checkSignature({ signature, sums }, findings, keys) {
  findings.checked('SIGNATURE');
  const key = keys ? keys.find(({ kid }) => kid === signature.keyId) : { x: signature.publicKey };
  if (!key) return findings.add('SIGNATURE', `signed by the key ${signature.keyId}, which is none of those given`, {});
  if (key.x !== signature.publicKey) findings.add('SIGNATURE', 'the key shown is not the key given', {});
  let valid = false;
  try {
    valid = verify(null, Buffer.from(sums.document), publicKey(key.x), Buffer.from(signature.value, 'base64url'));
  } catch {
    // A key or value that is none.
  }
  if (!valid) findings.add('SIGNATURE', 'the signature does not belong to these lines', {});
  return undefined;
}

function checkPolicy(run, findings) {
  const { stage } = run;
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: stage.timeZone, dateStyle: 'short' }).format(
    new Date(stage.windows.applyFrom),
  );
  for (const code of needed) {
    findings.checked('POLICY');
    const found = run.policy.filter((each) => each.code === code);
    if (found.length !== 1) findings.add('POLICY', `${code} stands ${found.length} times`, {});
    for (const { validFrom, validTo } of found)
      if (validFrom > day || (validTo !== null && validTo <= day))
        findings.add('POLICY', `${code} was not in force on ${day}`, {});
  }
  if (policyOf(run)['adm.lottery.publicDraw'] !== (stage.publicDraw !== null))
    findings.add('POLICY', 'the public draw is not what adm.lottery.publicDraw says', {});
}

/** P9. */
function checkCommitment({ stage }, findings) {
  findings.checked('P9');
  if (rules.sha256(stage.seed) !== stage.seedCommitment) findings.add('P9', 'the seed does not fit its commitment', {});
  const { firstDeadline, applyUntil } = stage.windows;
  if (!(stage.committedAt < firstDeadline && firstDeadline <= applyUntil))
    findings.add('P9', 'the commitment is not older than the first deadline', {});
}

function checkLists(run, findings) {
  const criteria = new Set(policyOf(run)['adm.criteria'].map(({ code }) => code));
  const noTiers = policyOf(run)['adm.tier'] === 'NONE';
  for (let a = 0; a < run.ids.length; a += 1) {
    const about = { applicant: a };
    for (const property of ['LISTS', 'P5', 'P6']) findings.checked(property);
    const list = run.option.subarray(run.listStart[a], run.listStart[a + 1]);
    if (list.length > run.stage.preferenceLimit) findings.add('LISTS', 'more options than the limit', about);
    if (run.criteria[a].some((code) => !criteria.has(code)))
      findings.add('P5', 'a criterion that the policy has not', about);
    if (noTiers && run.tier[a] !== 0) findings.add('P5', 'a tier though the policy has none', about);
    list.forEach((option, i) => {
      const standing = standingName(run.standing[run.listStart[a] + i]);
      if (list.indexOf(option) < i) findings.add('LISTS', 'an option stands twice (R-ADM-14)', { ...about, option });
      if (standing === 'NOT_ENTITLED' && option % 2 === 1)
        findings.add('P6', 'refused a place that is open to all', { ...about, option });
      if ((standing === 'CLOSED') !== (run.offerings[option >> 1].state === 'CLOSED'))
        findings.add('P6', 'competes for a closed offering, or is refused an open one', { ...about, option });
    });
  }
}

/** The lists as they competed. */
function cutDown({ listStart, option, standing, seats, quota, fieldOf }) {
  const starts = new Int32Array(listStart.length);
  const options = new Int32Array(option.length);
  let length = 0;
  for (let a = 0; a < listStart.length - 1; a += 1) {
    for (let p = listStart[a]; p < listStart[a + 1]; p += 1) if (standing[p] === 0) options[length++] = option[p];
    starts[a + 1] = length;
  }
  return { listStart: starts, option: options.subarray(0, length), seats, quota, fieldOf };
}

/** Who holds which option of the own list, and the worst key in every limit; P1, P2 and P6 on the way. */
function recount(run, problem, key, findings) {
  const { listStart, option, seats, quota, fieldOf } = problem;
  for (const id of run.unknownPlaces) findings.add('P2', `${id} has a place but did not apply`, {});
  const at = listStart.slice(1); // [applicant] the preference held, or the end of the list
  const taken = { option: new Int32Array(seats.length), field: new Int32Array(quota.length) };
  const last = { option: new Int32Array(seats.length).fill(-1), field: new Int32Array(quota.length).fill(-1) };
  const count = (kind, limit, a) => {
    taken[kind][limit] += 1;
    if (last[kind][limit] < 0 || key[a] > key[last[kind][limit]]) last[kind][limit] = a;
  };
  for (let a = 0; a < run.ids.length; a += 1) {
    findings.checked('P2');
    const held = run.place[a];
    if (held < 0) continue;
    const own = option.subarray(listStart[a], listStart[a + 1]).indexOf(held);
    if (own < 0) refusePlace(run, a, held, findings);
    else at[a] = listStart[a] + own;
    count('option', held, a);
    if (held % 2 === 0) count('field', fieldOf[held / 2], a);
  }
  for (const [kind, limits] of Object.entries({ option: seats, field: quota })) {
    limits.forEach((limit, i) => {
      findings.checked('P1');
      if (taken[kind][i] > limit) findings.add('P1', `${taken[kind][i]} places taken of ${limit}`, { [kind]: i });
    });
  }
  return { at, taken, last };
}

function refusePlace({ listStart, option, standing }, a, held, findings) {
  const p = option.subarray(listStart[a], listStart[a + 1]).indexOf(held);
  const about = { applicant: a, option: held };
  if (p < 0) findings.add('P2', 'holds an option outside the own list', about);
  else findings.add('P6', `holds an option that is ${standingName(standing[listStart[a] + p])}`, about);
}

/** P10: the limits as published, which every explanation rests on. */
function checkLimits(run, { taken, last }, hashes, findings) {
  const expected = [
    ...run.pools.map(({ pool, quota }, i) => ['FIELD', pool, 'VF', quota, taken.field[i], last.field[i]]),
    ...Array.from(run.seats, (places, i) => [
      ...['OFFERING', run.offerings[i >> 1].offering, i % 2 === 0 ? 'VF' : 'VNF'],
      ...[places, taken.option[i], last.option[i]],
    ]),
  ];
  if (run.limits.length !== expected.length) findings.add('P10', 'not one limit for each field and option', {});
  expected.forEach(([kind, ref, fundingType, places, count, worst], i) => {
    findings.checked('P10');
    const own = run.limits[i];
    const about = kind === 'FIELD' ? { field: i } : { option: i - run.pools.length };
    if (own?.kind !== kind || own.ref !== ref || own.fundingType !== fundingType)
      return findings.add('P10', 'a limit is not where it belongs', about);
    if (own.places !== places || own.taken !== count) findings.add('P10', 'places or count of a limit differ', about);
    const full = places > 0 && count >= places;
    const cutOff = full
      ? { tier: run.tier[worst], score: run.score[worst], criteria: run.criteria[worst], lottery: hashes[worst] }
      : null;
    if (!sameKey(own.last, cutOff))
      findings.add('P10', 'the cut-off published is not that of the last one taken', about);
    return undefined;
  });
}

function sameKey(one, other) {
  if (one === null || other === null) return one === other;
  const parts = ({ tier, score, criteria, lottery }) =>
    [tier, score, [...criteria].sort().join('|'), lottery].join(' ');
  return parts(one) === parts(other);
}

/** P3 and P4 by the cut-off test, for everybody and every option above the own result. */
function checkStability(run, problem, { at, taken, last }, { key, findings }) {
  const { listStart, option, seats, quota, fieldOf } = problem;
  const passes = (kind, limits, i, own) => limits[i] > 0 && (taken[kind][i] < limits[i] || own < key[last[kind][i]]);
  const ownMoveIsError = policyOf(run)['adm.pool.oneScorePerField'] === true;
  for (let a = 0; a < run.ids.length; a += 1) {
    for (const property of ['P3', 'P4']) findings.checked(property, at[a] - listStart[a]);
    for (let p = listStart[a]; p < at[a]; p += 1) {
      const wanted = option[p];
      if (!passes('option', seats, wanted, key[a])) continue;
      const about = { applicant: a, option: wanted };
      const field = wanted % 2 === 0 ? fieldOf[wanted / 2] : -1;
      if (field < 0 || passes('field', quota, field, key[a])) {
        const open = taken.option[wanted] < seats[wanted] && (field < 0 || taken.field[field] < quota[field]);
        findings.add('P3', 'is preferred to somebody who holds a place wanted more than the own result', about);
        if (open && field >= 0) findings.add('P4', 'was passed over with a funded place open', about);
      } else if (run.place[a] >= 0 && run.place[a] % 2 === 0 && fieldOf[run.place[a] / 2] === field) {
        findings.ownMoves += 1;
        if (ownMoveIsError) findings.add('P3', 'own move within the field', about);
      }
    }
  }
}

/** P7: the own allocation, in rounds. P8: the institutions' own run places the same persons, and is better for nobody. */
function compare(run, problem, key, findings) {
  const own = inRounds(problem, (a) => key[a]);
  const theirs = byInstitutions(problem, key);
  const rankOf = (a, option) => {
    const rank = problem.option.subarray(problem.listStart[a], problem.listStart[a + 1]).indexOf(option);
    return rank < 0 ? Infinity : rank;
  };
  const fill = new Int32Array(run.quota.length + run.fieldOf.length);
  for (let a = 0; a < run.ids.length; a += 1) {
    findings.checked('P7');
    findings.checked('P8');
    const has = run.place[a];
    if (has >= 0) fill[poolOf(run, has)] += 1;
    if (theirs[a] >= 0) fill[poolOf(run, theirs[a])] -= 1;
    const about = { applicant: a, option: has };
    if (has !== own[a]) findings.add('P7', `has ${placeName(run, has)} but must have ${placeName(run, own[a])}`, about);
    if (has < 0 !== theirs[a] < 0)
      findings.add('P8', 'is placed in only one of this run and the institutions’ own', about);
    else if (rankOf(a, theirs[a]) < rankOf(a, has))
      findings.add('P8', 'is better off when the institutions propose', about);
  }
  fill.forEach((difference, pool) => {
    if (difference === 0) return;
    const about = pool < run.quota.length ? { field: pool } : { option: 2 * (pool - run.quota.length) + 1 };
    findings.add('P8', 'the institutions would fill the pool to another number', about);
  });
}

export const placeName = ({ offerings }, option) =>
  option < 0 ? 'no place' : `${offerings[option >> 1].offering} ${option % 2 === 0 ? 'VF' : 'VNF'}`;
