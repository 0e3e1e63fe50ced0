import { hash } from 'node:crypto';
import type { AllocationProblem, ProblemNames } from '../allocation/allocation-problem.js';
import { criterionBit, MOST_CRITERIA, packMerit, TOP_SCORE } from '../allocation/allocation.key.js';
import type { VerifierEvidence } from '../allocation/allocation.verifier.js';
import type { FundingFacts } from '../allocation/funding-right.rules.js';
import { Growing } from '../allocation/growing.js';
import { Draw, HASH_BYTES, lotteryHash, seedFits, seedWithPublicDraw } from '../allocation/lottery.rules.js';
import { isWhole } from '../allocation/refused-input.js';
import type { Fault } from '../allocation/refused-input.js';
import { competitiveScore, scoreFaults } from '../allocation/score.rules.js';
import type { Grade } from '../allocation/score.rules.js';
import { tierOf } from '../allocation/tier.rules.js';
import { whyIneligible } from '../applications/application.rules.js';
import { pendingAtDeadline } from '../suitability/suitability.rules.js';
import { applicationText, factsHash, factsText } from '../artefacts/artefact.format.js';
import type { ApplicantFacts, ListedRow, OfferingRow, PoolRow, Standing } from '../artefacts/artefact.format.js';
import type { ArtefactWriter } from '../artefacts/artefact.writer.js';
import type { RunJob } from './run.job.js';
import type { ApplicationColumns } from './run.source.js';

const mostListedFaults = 1_000;
const uuidLength = 36;

export interface LoadedInput {
  problem: AllocationProblem;
  names: ProblemNames;
  /** Offerings closed since they were chosen: nobody competes there. */
  closed: ReadonlySet<string>;
  evidence: VerifierEvidence;
  /** Allowed, but worth a look (section 8). */
  warnings: string[];
}

/** One option of a list with what is known of it. */
interface Option {
  row: ListedRow;
  reason: string | null;
  /** Judged anew from the facts, for the verifier (P6). */
  eligible: boolean;
}

/**
 * Turns the rows of a stage into the flat problem, and on the way into the artefact: what the engine works on is what is
 * frozen. Notes every fault; nothing is held but flat arrays and one id per application.
 */
export class RunInput {
  readonly faults: Fault[] = [];
  faultCount = 0;
  private readonly warnings: string[] = [];
  private readonly offeringNumber: Map<string, number>;
  private readonly pools: PoolRow[];
  private readonly bits: Map<string, number>;
  private readonly seed: string;
  private readonly ids: string[] = [];
  private readonly hashes = new Growing(new Uint8Array(HASH_BYTES * 1_024));
  private readonly listStart = new Growing(new Int32Array(1_024));
  private readonly option = new Growing(new Int32Array(8_192));
  private readonly merit = new Growing(new Uint32Array(8_192));
  private readonly eligible = new Growing(new Uint8Array(8_192));
  private readonly meritAnew = new Growing(new Uint32Array(8_192));

  constructor(
    private readonly job: RunJob,
    private readonly offerings: readonly OfferingRow[],
    pools: readonly PoolRow[],
    private readonly writer: ArtefactWriter,
  ) {
    const { stage, measures } = job;
    this.seed = seedWithPublicDraw(stage.seed, stage.publicDraw ?? '');
    this.offeringNumber = new Map(offerings.map(({ offering }, i) => [offering, i]));
    this.bits = new Map(measures.criteria.map((code, place) => [code, criterionBit(place)]));
    this.pools = this.withThoseUnset(pools);
    this.listStart.push(0);
    this.checkStage();
    this.writeStage();
  }

  get count(): number {
    return this.ids.length;
  }

  /** Takes the next application. */
  take(columns: ApplicationColumns): void {
    const [idText = '', scoreText = '', criteriaText = '', grades = '[]', exams = '[]', funding = '{}'] = columns;
    const [, , , , , , lastRank = '', listText = '', findingsText = ''] = columns;
    const id = Buffer.from(idText, 'latin1').toString('latin1'); // A copy: a part of a line would keep the line.
    const path = `applications[${id}]`;
    const score = Number(scoreText);
    const criteria = criteriaText === '' ? [] : criteriaText.split(',');
    const facts = {
      grades: JSON.parse(grades) as Grade[],
      examResults: JSON.parse(exams) as number[],
      funding: JSON.parse(funding) as FundingFacts,
    };
    if (!isWhole(score, 0, TOP_SCORE)) this.note(`${path}.score`, 'SCORE_OUT_OF_RANGE');
    const tier = tierOf(this.job.measures.tierRule, facts.funding);
    const options = this.optionsOf(path, listText, findingsText, facts.funding);
    if (Number(lastRank) !== options.length) this.note(`${path}.preferences`, 'RANK_MISSING');
    if (options.length > this.job.stage.preferenceLimit) this.note(`${path}.preferences`, 'LIMIT_EXCEEDED');
    const criteriaMet = this.criteriaMet(path, criteria);
    const merit = packMerit({ tier, score, criteriaMet });
    const meritAnew = packMerit({ tier, score: this.scoreAnew(path, facts), criteriaMet });
    for (const { row, eligible } of options) {
      if (row.standing !== null) continue;
      this.option.push(2 * row.offering + (row.fundingType === 'VF' ? 0 : 1));
      this.merit.push(merit);
      this.eligible.push(eligible ? 1 : 0);
      this.meritAnew.push(meritAnew);
    }
    this.listStart.push(this.option.length);
    this.ids.push(id);
    for (const byte of Buffer.from(lotteryHash(this.seed, this.job.stage.stageId, id), 'hex')) this.hashes.push(byte);
    this.write({ id, score, tier, criteria, list: options.map(({ row }) => row) }, facts, options);
  }

  /** The problem, once all applications were taken. */
  loaded(): LoadedInput {
    const { stage, measures } = this.job;
    const lottery = new Draw(this.hashes.done());
    const problem: AllocationProblem = {
      ...{ applicantCount: this.ids.length, offeringCount: this.offerings.length, fieldCount: this.pools.length },
      fieldOf: Int32Array.from(this.offerings, (each) => this.pools.findIndex(({ pool }) => pool === each.pool)),
      seats: Int32Array.from(
        this.offerings.flatMap(({ state, seats }) => (state === 'OPEN' ? [seats.VF, seats.VNF] : [0, 0])),
      ),
      quota: Int32Array.from(this.pools, ({ quota }) => quota),
      listStart: this.listStart.done(),
      option: this.option.done(),
      merit: this.merit.done(),
      lotteryRank: lottery.ranks,
    };
    const names: ProblemNames = {
      ...{ stageId: stage.stageId, criteria: measures.criteria, applicationIds: this.ids, lottery },
      fieldIds: this.pools.map(({ pool }) => pool),
      offeringIds: this.offerings.map(({ offering }) => offering),
    };
    const evidence: VerifierEvidence = {
      ...{ eligible: this.eligible.done(), merit: this.meritAnew.done() },
      oneScorePerField: measures.oneScorePerField,
    };
    const closed = new Set(this.offerings.flatMap(({ offering, state }) => (state === 'CLOSED' ? [offering] : [])));
    return { problem, names, closed, evidence, warnings: [...this.warnings, ...this.quotaWarnings()] };
  }

  private note(path: string, code: string): void {
    this.faultCount++;
    if (this.faults.length < mostListedFaults) this.faults.push({ path, code });
  }

  /** Pools that offerings draw on and nobody has set: without state-funded seats that is no fault. */
  private withThoseUnset(pools: readonly PoolRow[]): PoolRow[] {
    const set = new Set(pools.map(({ pool }) => pool));
    const unset = new Set(this.offerings.map(({ pool }) => pool).filter((pool) => !set.has(pool)));
    for (const code of unset) {
      if (this.offerings.some(({ pool, state, seats }) => pool === code && state === 'OPEN' && seats.VF > 0))
        this.note(`pools[${code}]`, 'POOL_MISSING');
    }
    const all = [...pools, ...[...unset].map((pool) => ({ pool, quota: 0, act: '' }))];
    return all.sort((x, y) => (x.pool < y.pool ? -1 : 1));
  }

  private checkStage(): void {
    const { stage, measures } = this.job;
    if (!seedFits(stage.seed, stage.seedCommitment)) this.note('stage.seed', 'SEED_MISFIT'); // P9
    if (stage.committedAt >= (stage.windows['applyUntil'] ?? '')) this.warnings.push('stage.seedCommitment LATE');
    if (measures.criteria.length > MOST_CRITERIA) this.note('policy[adm.criteria]', 'TOO_MANY_CRITERIA');
    if (new Set(measures.criteria).size < measures.criteria.length)
      this.note('policy[adm.criteria]', 'CRITERION_REPEATED');
    for (const { pool, quota } of this.pools)
      if (!isWhole(quota, 0, 2 ** 31 - 1)) this.note(`pools[${pool}].quota`, 'NOT_A_COUNT');
    for (const { offering, seats, kind } of this.offerings) {
      if (!isWhole(seats.VF, 0, 2 ** 31 - 1)) this.note(`offerings[${offering}].seats.VF`, 'NOT_A_COUNT');
      if (!isWhole(seats.VNF, 0, 2 ** 31 - 1)) this.note(`offerings[${offering}].seats.VNF`, 'NOT_A_COUNT');
      if ((kind as string | null) === null) this.note(`offerings[${offering}].programme`, 'PROGRAMME_UNKNOWN');
    }
  }

  private writeStage(): void {
    const { writer, job, offerings, pools } = this;
    writer.beginSection();
    writer.line(`"stage":${JSON.stringify(job.stage)},`);
    const list = (name: string, rows: readonly object[]): void => {
      writer.open(name);
      for (const row of rows) writer.row(JSON.stringify(row));
      writer.close();
    };
    list('policy', job.policy);
    list('pools', pools);
    list('offerings', offerings);
    writer.open('applications');
  }

  private optionsOf(path: string, listText: string, findingsText: string, funding: FundingFacts): Option[] {
    if (listText === '') return [];
    const findings = new Map<string, string>();
    if (findingsText !== '')
      for (const one of findingsText.split(',')) findings.set(one.slice(0, uuidLength), one.slice(uuidLength));
    const listed = new Set<string>();
    return listText.split(',').map((text, i) => {
      const end = text.indexOf(':');
      const option = end < 0 ? text : text.slice(0, end);
      const ineligible = end < 0 ? null : text.slice(end + 1);
      if (listed.has(option)) this.note(`${path}.preferences[${i}]`, 'OPTION_REPEATED'); // R-ADM-14
      listed.add(option);
      const id = option.slice(0, uuidLength);
      const fundingType = option.slice(uuidLength) === 'VF' ? 'VF' : 'VNF';
      const number = this.offeringNumber.get(id);
      if (number === undefined) this.note(`${path}.preferences[${i}].offering`, 'OFFERING_UNKNOWN');
      const offering = this.offerings[number ?? 0];
      const [standing, reason] = standingOf(offering?.state, ineligible, findings.get(id));
      const judgement = { facts: funding, ruleset: this.job.measures.ruleset, holdsFundedPlace: false };
      const eligible =
        standing === null && offering !== undefined && whyIneligible(fundingType, offering.kind, judgement) === null;
      return { row: { offering: number ?? 0, fundingType, standing }, reason, eligible };
    });
  }

  private criteriaMet(path: string, criteria: readonly string[]): number {
    let met = 0;
    for (const code of criteria) {
      const bit = this.bits.get(code);
      if (bit === undefined) this.note(`${path}.criteria[${code}]`, 'CRITERION_UNKNOWN');
      else met |= bit;
    }
    return met;
  }

  private scoreAnew(path: string, facts: { grades: Grade[]; examResults: number[] }): number {
    const input = { ...facts, secondaryWeightPercent: this.job.measures.secondaryWeightPercent };
    const faults = scoreFaults(input);
    for (const fault of faults) this.note(`${path}.${fault.path}`, fault.code);
    return faults.length > 0 ? 0 : competitiveScore(input).tenThousandths;
  }

  private write(
    row: Omit<Parameters<typeof applicationText>[0], 'factsHash'>,
    facts: Pick<ApplicantFacts, 'grades' | 'examResults' | 'funding'>,
    options: readonly Option[],
  ): void {
    const reasons = options.map(({ reason }) => reason);
    const liveAgreement = reasons.some((reason) => reason?.startsWith('R-ADM-35') === true);
    const text = JSON.stringify({ ...facts, liveAgreement, reasons });
    const salt = hash('sha256', `${this.job.salt}|${row.id}`).slice(0, 32);
    this.writer.row(applicationText({ ...row, factsHash: factsHash(salt, text) }));
    this.writer.fact(factsText(row.id, salt, text));
  }

  private quotaWarnings(): string[] {
    return this.pools
      .filter(
        ({ pool, quota }) =>
          quota > this.offerings.reduce((sum, each) => sum + (each.pool === pool ? each.seats.VF : 0), 0),
      )
      .map(({ pool }) => `pools[${pool}].quota QUOTA_ABOVE_SEATS`);
  }
}

/** How an option stood when the stage was locked, and what says so (sections 5.1 item 2 and 8, R-ADM-17, R-ADM-19). */
function standingOf(
  state: 'OPEN' | 'CLOSED' | undefined,
  ineligible: string | null,
  finding: string | undefined,
): [Standing | null, string | null] {
  if (state === 'CLOSED') return ['CLOSED', 'R-REG-15 OFFERING_CLOSED'];
  if (ineligible !== null) return ['NOT_ENTITLED', ineligible];
  if (finding === 'SUITABLE') return [null, null];
  if (finding?.startsWith('UNSUITABLE') === true) return ['UNSUITABLE', finding.slice('UNSUITABLE:'.length)];
  return ['PENDING', pendingAtDeadline];
}
