import { hash } from 'node:crypto';
import type { AllocationProblem, ProblemNames } from '../allocation/allocation-problem.js';
import { criterionBit, MOST_CRITERIA, packMerit, TOP_SCORE } from '../allocation/allocation.key.js';
import type { VerifierEvidence } from '../allocation/allocation.verifier.js';
import type { FundingFacts } from '../allocation/funding-right.rules.js';
import { Growing } from '../allocation/growing.js';
import { Draw, HASH_BYTES, lotteryHash, seedFits, seedWithPublicDraw } from '../allocation/lottery.rules.js';
import { isWhole, RefusedInput } from '../allocation/refused-input.js';
import type { Fault } from '../allocation/refused-input.js';
import { competitiveScore } from '../allocation/score.rules.js';
import type { Grade } from '../allocation/score.rules.js';
import { tierOf } from '../allocation/tier.rules.js';
import { whyIneligible } from '../applications/application.rules.js';
import { pendingAtDeadline } from '../suitability/suitability.rules.js';
import { applicationText, factsHash, factsText, optionText } from '../artefacts/artefact.format.js';
import type { OfferingRow, PoolRow, Standing } from '../artefacts/artefact.format.js';
import type { ArtefactWriter } from '../artefacts/artefact.writer.js';
import type { Assumed } from './assumptions.js';
import type { RunJob } from './run.job.js';
import { Known } from './known.js';
import { idLength, OfferingIndex } from './offering-index.js';
import { columnEnd } from './run.source.js';

const mostListedFaults = 1_000;
const columnCount = 9;
const [lineFeed, comma, letterF, letterS] = [0x0a, 0x2c, 0x46, 0x53];
const kinds = ['INITIAL', 'CONTINUING', 'HIGHER', null] as (OfferingRow['kind'] | null)[];

export interface LoadedInput {
  problem: AllocationProblem;
  names: ProblemNames;
  /** Offerings closed since they were chosen: nobody competes there. */
  closed: ReadonlySet<string>;
  evidence: VerifierEvidence;
  /** Allowed, but worth a look (section 8). */
  warnings: string[];
}

interface Criteria {
  codes: string[];
  met: number;
  unknown: string[];
}

/** A list of preferences in the bytes of a row. */
type Listed = Record<'from' | 'end', number> & { path: string; funding: Funding };

/** What F-ADM-2 asks of an applicant, and what it answers for a kind of programme. */
interface Funding {
  text: string;
  tier: number;
  /** [number of the kind] whether a state-funded place of it is open. */
  may: boolean[];
}

/**
 * Turns the rows of a stage into the flat problem, and on the way into the artefact: what the engine works on is what is
 * frozen. Notes every fault; nothing is held but flat arrays and one id per application.
 */
export class RunInput {
  readonly faults: Fault[] = [];
  faultCount = 0;
  private readonly warnings: string[] = [];
  private readonly index: OfferingIndex;
  private readonly pools: PoolRow[];
  private readonly bits: Map<string, number>;
  private readonly seed: string;
  private readonly criteria = new Known((text) => this.criteriaOf(text));
  private readonly exams = new Known((text) => {
    const value = JSON.parse(text) as number[];
    return { value, text: JSON.stringify(value) };
  });
  private readonly funding = new Known((text) => this.fundingOf(text));
  private readonly ids: string[] = [];
  private readonly hashes = new Growing(new Uint8Array(HASH_BYTES * 1_024));
  private readonly listStart = new Growing(new Int32Array(1_024));
  private readonly option = new Growing(new Int32Array(8_192));
  private readonly merit = new Growing(new Uint32Array(8_192));
  private readonly eligible = new Growing(new Uint8Array(8_192));
  private readonly meritAnew = new Growing(new Uint32Array(8_192));
  // Of the application in hand.
  private readonly columnEnds = new Int32Array(columnCount);
  /** Where what the institution found begins and ends, by turns. */
  private readonly findings: number[] = [];
  /** [option] the application that listed it last. */
  private readonly listedBy: Int32Array;
  private readonly options: number[] = [];
  private readonly standings: (Standing | null)[] = [];
  private readonly reasons: (string | null)[] = [];
  // Of the offerings, side by side: read at random tens of millions of times.
  private readonly closed: Uint8Array;
  private readonly kindOf: Uint8Array;
  /** [option] its text in the artefact while it competes. */
  private readonly competingText: string[];

  constructor(
    private readonly job: RunJob,
    private readonly offerings: readonly OfferingRow[],
    pools: readonly PoolRow[],
    private readonly writer: ArtefactWriter,
    readonly assumed?: Assumed,
  ) {
    const { stage, measures } = job;
    this.seed = seedWithPublicDraw(stage.seed, stage.publicDraw ?? '');
    this.index = new OfferingIndex(offerings.map(({ offering }) => offering));
    this.closed = Uint8Array.from(offerings, ({ state }) => (state === 'CLOSED' ? 1 : 0));
    this.kindOf = Uint8Array.from(offerings, ({ kind }) => kinds.indexOf(kind));
    this.competingText = Array.from({ length: 2 * offerings.length }, (_, option) => optionText(option, null));
    this.listedBy = new Int32Array(2 * offerings.length).fill(-1);
    this.bits = new Map(measures.criteria.map((code, place) => [code, criterionBit(place)]));
    this.pools = this.withThoseUnset(pools);
    this.listStart.push(0);
    this.checkStage();
    this.writeStage();
  }

  /** Applications taken; the number of the one in hand. */
  count = 0;

  /** Takes the applications of some whole lines. */
  takeLines(bytes: Buffer): void {
    for (let from = 0; from < bytes.length;) {
      const end = bytes.indexOf(lineFeed, from);
      this.take(bytes, from, end);
      from = end + 1;
    }
  }

  private take(bytes: Buffer, from: number, end: number): void {
    const ends = this.columnEnds;
    for (let at = from, column = 0; column < columnCount; column++) {
      const next = column === columnCount - 1 ? end : bytes.indexOf(columnEnd, at);
      ends[column] = next;
      at = next + 1;
    }
    const text = (column: number): string =>
      bytes.toString('utf8', column === 0 ? from : ends[column - 1]! + 1, ends[column]);
    const id = text(0);
    const path = `applications[${id}]`;
    let score = Number(text(1));
    if (!isWhole(score, 0, TOP_SCORE)) this.note(`${path}.score`, 'SCORE_OUT_OF_RANGE');
    const criteria = this.criteria.of(text(2));
    const grades = JSON.parse(text(3)) as Grade[];
    const exams = this.exams.of(text(4));
    const funding = this.funding.of(text(5));
    this.readFindings(bytes, ends[7]! + 1, end);
    this.readOptions(bytes, { from: ends[6]! + 1, end: ends[7]!, path, funding });
    const count = this.options.length;
    if (Number(text(6)) !== count) this.note(`${path}.preferences`, 'RANK_MISSING');
    if (count > this.job.stage.preferenceLimit) this.note(`${path}.preferences`, 'LIMIT_EXCEEDED');
    for (const code of criteria.unknown) this.note(`${path}.criteria[${code}]`, 'CRITERION_UNKNOWN');
    const { tier } = funding;
    const anew = this.scoreAnew(path, grades, exams.value);
    if (this.assumed) score = this.assumed.scoreOf(score, anew);
    const merit = packMerit({ tier, score, criteriaMet: criteria.met });
    const meritAnew = packMerit({ tier, score: anew, criteriaMet: criteria.met });
    const facts = this.factsOf(JSON.stringify(grades), exams.text, funding.text);
    const options = this.optionsText();
    for (const each of this.assumed?.idsOf(id, this.poolInHand()) ?? [id]) {
      this.compete(merit, meritAnew, funding);
      this.hashes.append(Buffer.from(lotteryHash(this.seed, this.job.stage.stageId, each), 'hex'));
      const salt = hash('sha256', `${this.job.salt}|${each}`).slice(0, 32);
      const row = { id: each, score, tier, criteria: criteria.codes, options };
      this.writer.row(applicationText({ ...row, factsHash: factsHash(salt, facts) }));
      this.writer.fact(factsText(each, salt, facts));
      this.ids.push(each);
    }
    this.count++;
  }

  /** The pool of the first preference that may compete. */
  private poolInHand(): string | undefined {
    const first = this.standings.indexOf(null);
    return first === -1 ? undefined : this.offerings[this.options[first]! >> 1]!.pool;
  }

  /** Where the findings of the institutions stand. */
  private readFindings(bytes: Buffer, from: number, end: number): void {
    this.findings.length = 0;
    for (let at = from; at < end;) {
      const next = endOfItem(bytes, at, end);
      this.findings.push(at, next);
      at = next + 1;
    }
  }

  /** The finding about the offering whose id begins here: its index in `findings`, or -1. */
  private findingAbout(bytes: Buffer, at: number): number {
    for (let i = 0; i < this.findings.length; i += 2) if (isSameId(bytes, at, this.findings[i]!)) return i;
    return -1;
  }

  private readOptions(bytes: Buffer, { from, end, path, funding }: Listed): void {
    const { options, standings, reasons } = this;
    options.length = 0;
    standings.length = 0;
    reasons.length = 0;
    for (let at = from; at < end;) {
      const next = endOfItem(bytes, at, end);
      const offering = this.index.find(bytes, at);
      const option = 2 * Math.max(offering, 0) + (bytes[at + idLength] === letterF ? 0 : 1);
      if (offering < 0) this.note(`${path}.preferences[${options.length}].offering`, 'OFFERING_UNKNOWN');
      else if (this.listedBy[option] === this.count)
        this.note(`${path}.preferences[${options.length}]`, 'OPTION_REPEATED'); // R-ADM-14
      else this.listedBy[option] = this.count;
      let ineligible = next === at + idLength + 1 ? null : bytes.toString('latin1', at + idLength + 1, next);
      if (this.assumed) {
        const isEntitled = option % 2 === 1 || funding.may[this.kindOf[option >> 1]!] === true;
        ineligible = this.assumed.ineligible(ineligible, isEntitled);
      }
      options.push(option);
      this.stand(bytes, at, { isClosed: this.closed[offering] === 1, ineligible });
      at = next + 1;
    }
  }

  /** How an option stood when the stage was locked, and what says so (sections 5.1 item 2 and 8, R-ADM-17, R-ADM-19). */
  private stand(bytes: Buffer, at: number, known: { isClosed: boolean; ineligible: string | null }): void {
    if (known.isClosed) this.keepOut('CLOSED', 'R-REG-15 OFFERING_CLOSED');
    else if (known.ineligible !== null) this.keepOut('NOT_ENTITLED', known.ineligible);
    else this.standByFinding(bytes, this.findingAbout(bytes, at));
  }

  private standByFinding(bytes: Buffer, found: number): void {
    const from = found === -1 ? 0 : this.findings[found]! + idLength;
    const end = found === -1 ? 0 : this.findings[found + 1]!;
    if (end === from + 1 && bytes[from] === letterS) this.letIn();
    else if (bytes.toString('latin1', from, end).startsWith('UNSUITABLE'))
      this.keepOut('UNSUITABLE', bytes.toString('latin1', from + 'UNSUITABLE:'.length, end));
    else this.leavePending();
  }

  private leavePending(): void {
    if (this.assumed?.pendingCompetes === true) this.letIn();
    else this.keepOut('PENDING', pendingAtDeadline);
  }

  private letIn(): void {
    this.standings.push(null);
    this.reasons.push(null);
  }

  private keepOut(standing: Standing, reason: string): void {
    this.standings.push(standing);
    this.reasons.push(reason);
  }

  private optionsText(): string {
    let text = '';
    for (let i = 0; i < this.options.length; i++) {
      const [option, standing] = [this.options[i]!, this.standings[i]!];
      if (i > 0) text += ',';
      text += standing === null ? this.competingText[option]! : optionText(option, standing);
    }
    return text;
  }

  /** Adds what competes to the problem; whether it may is judged anew from the facts, for the verifier (P6). */
  private compete(merit: number, meritAnew: number, funding: Funding): void {
    for (let i = 0; i < this.options.length; i++) {
      if (this.standings[i] !== null) continue;
      const option = this.options[i]!;
      this.option.push(option);
      this.merit.push(merit);
      this.meritAnew.push(meritAnew);
      this.eligible.push(option % 2 === 1 || funding.may[this.kindOf[option >> 1]!] === true ? 1 : 0);
    }
    this.listStart.push(this.option.length);
  }

  private factsOf(grades: string, exams: string, funding: string): string {
    const liveAgreement = this.reasons.some((reason) => reason?.startsWith('R-ADM-35') === true);
    return `{"grades":${grades},"examResults":${exams},"funding":${funding},"liveAgreement":${liveAgreement},"reasons":${JSON.stringify(this.reasons)}}`;
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

  private scoreAnew(path: string, grades: Grade[], examResults: number[]): number {
    try {
      const { secondaryWeightPercent } = this.job.measures;
      return competitiveScore({ grades, examResults, secondaryWeightPercent }).tenThousandths;
    } catch (error) {
      if (!(error instanceof RefusedInput)) throw error;
      for (const fault of error.faults) this.note(`${path}.${fault.path}`, fault.code);
      return 0;
    }
  }

  private criteriaOf(text: string): Criteria {
    const stated = text === '' ? [] : text.split(',');
    const codes = this.assumed?.criteriaOf(stated, this.bits) ?? stated;
    const met = codes.reduce((bits, code) => bits | (this.bits.get(code) ?? 0), 0);
    return { codes, met, unknown: codes.filter((code) => !this.bits.has(code)) };
  }

  private fundingOf(text: string): Funding {
    const facts = JSON.parse(text) as FundingFacts;
    const { tierRule, ruleset } = this.job.measures;
    const judgement = { facts, ruleset, holdsFundedPlace: false };
    const may = kinds.map((kind) => kind !== null && whyIneligible('VF', kind, judgement) === null);
    return { text: JSON.stringify(facts), tier: tierOf(tierRule, facts), may };
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

/** Whether two ids are one, by their texts; from the end, where ids differ. */
function isSameId(bytes: Buffer, x: number, y: number): boolean {
  for (let i = idLength - 1; i >= 0; i--) if (bytes[x + i] !== bytes[y + i]) return false;
  return true;
}

/** Where an item of a list ends: at the next comma, or with the list. */
function endOfItem(bytes: Buffer, at: number, end: number): number {
  let next = at + idLength;
  while (next < end && bytes[next] !== comma) next++;
  return next;
}
