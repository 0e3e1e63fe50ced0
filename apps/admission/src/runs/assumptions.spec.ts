import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OfferingRow, PoolRow } from '../artefacts/artefact.format.js';
import { ArtefactWriter } from '../artefacts/artefact.writer.js';
import { Assumed } from './assumptions.js';
import type { Assumptions } from './assumptions.js';
import { RunInput } from './run.input.js';
import type { LoadedInput } from './run.input.js';
import type { RunJob } from './run.job.js';

const seed = 'ab'.repeat(32);
const nothing: Assumptions = { places: [], quotas: [], policy: [], demand: [], pending: 'EXCLUDED' };
const uuid = (kind: number, number: number): string =>
  `0198c0de-${kind}000-7000-8000-${number.toString(16).padStart(12, '0')}`;

const offerings: OfferingRow[] = Array.from({ length: 6 }, (_, o) => ({
  ...{ offering: uuid(1, o), institution: uuid(2, o), programme: uuid(3, o), kind: o === 5 ? 'CONTINUING' : 'INITIAL' },
  ...{ pool: ['02', '07', '10'][o % 3]!, state: o === 4 ? 'CLOSED' : 'OPEN', seats: { VF: o, VNF: 1 } },
}));
const pools: PoolRow[] = ['02', '07', '10'].map((pool, i) => ({ pool, quota: 2 + i, act: 'V-1' }));
const job: RunJob = {
  ...{ databaseUrl: '', kind: 'TRIAL', runId: uuid(9, 1), attempt: 1, engineVersion: '', startedAt: '', policy: [] },
  stage: {
    ...{ stageId: uuid(8, 1), year: 2026, type: 'SUMMER', sequence: 1, startsOn: '2026-09-01', preferenceLimit: 9 },
    ...{ windows: {}, timeZone: 'Europe/Vilnius', committedAt: '', seed, publicDraw: null },
    seedCommitment: createHash('sha256').update(seed).digest('hex'),
  },
  measures: {
    ...{ ruleset: 'MINISTRY_FAQ', secondaryWeightPercent: 0, tierRule: 'NONE', oneScorePerField: false },
    criteria: ['ORPHAN'],
  },
  salt: 'salt',
};

/** An application as the source writes it down. */
interface Line {
  list: { offering: number; type: 'F' | 'N'; ineligible: string }[];
  findings: string[];
  grade: number;
  criteria: string;
  held: number;
}
const line = fc.record<Line>({
  list: fc.uniqueArray(
    fc.record({
      offering: fc.nat({ max: 5 }),
      type: fc.constantFrom('F' as const, 'N' as const),
      ineligible: fc.constantFrom('', '', '', 'R-ADM-02 TOO_YOUNG', 'F-ADM-2 TWO_OR_MORE_HELD'),
    }),
    { selector: ({ offering, type }) => `${offering}${type}`, maxLength: 4 },
  ),
  findings: fc.array(fc.constantFrom('S', 'S', 'PENDING', 'UNSUITABLE:TEST_FAILED', 'NEEDS_TEST'), {
    minLength: 6,
    maxLength: 6,
  }),
  grade: fc.integer({ min: 4, max: 10 }),
  criteria: fc.constantFrom('', 'ORPHAN'),
  held: fc.nat({ max: 2 }),
});
const textOf = ({ list, findings, grade, criteria, held }: Line, number: number): string =>
  [
    ...[uuid(0, number), grade * 10_000, criteria, JSON.stringify([{ scale: 'TEN', value: grade }]), '[]'],
    ...[JSON.stringify({ held: Array.from({ length: held }, () => ({ kind: 'VET' })) }), list.length],
    list.map(({ offering, type, ineligible }) => `${uuid(1, offering)}${type}${ineligible}`).join(','),
    findings.map((finding, o) => `${uuid(1, o)}${finding}`).join(','),
  ].join('\x02');

function load(lines: Line[], assumptions?: Assumptions): { loaded: LoadedInput; hash: string; more: number } {
  const assumed = assumptions && new Assumed(assumptions, seed);
  const writer = new ArtefactWriter(undefined);
  const rows = assumed ? assumed.offerings(offerings) : offerings;
  const input = new RunInput(job, rows, assumed ? assumed.pools(pools) : pools, writer, assumed);
  input.takeLines(Buffer.from(lines.map((each, i) => `${textOf(each, i)}\n`).join('')));
  expect(input.faults).toEqual([]);
  return { loaded: input.loaded(), hash: writer.endSection(), more: assumed ? assumed.added - assumed.leftOut : 0 };
}

/** What the applicants of a problem list, by id. */
const listsOf = ({ problem, names }: LoadedInput): Map<string, number[]> =>
  new Map(
    names.applicationIds.map((id, a) => [
      id,
      [...problem.option.subarray(problem.listStart[a], problem.listStart[a + 1])],
    ]),
  );

describe('assumptions', () => {
  it.each<[string, Assumptions]>([
    ['nothing is assumed', nothing],
    [
      'all is assumed to be as it is',
      {
        ...nothing,
        places: offerings.map(({ offering, seats }) => ({
          offeringId: offering,
          funded: seats.VF,
          nonFunded: seats.VNF,
        })),
        quotas: pools.map(({ pool, quota }) => ({ fieldCode: pool, quota })),
        demand: [{ percent: 100 }, { fieldCode: '07', percent: 100 }],
      },
    ],
    [
      'the rules are assumed to be those in force',
      {
        ...nothing,
        policy: [
          { code: 'adm.criteria', value: [{ code: 'ORPHAN' }] },
          { code: 'adm.score.secondaryWeight', value: 0 },
        ],
      },
    ],
  ])('give the identical problem, to the hash, when %s', (_, assumptions) => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        expect(load(lines, assumptions)).toEqual(load(lines));
      }),
    );
  });

  it('put places and quotas in the place of the stored ones, each by itself', () => {
    const { problem, names } = load([], {
      ...nothing,
      places: [
        { offeringId: uuid(1, 1), funded: 9 },
        { offeringId: uuid(1, 2), nonFunded: 0 },
      ],
      quotas: [{ fieldCode: '07', quota: 8 }],
    }).loaded;
    expect([...problem.seats]).toEqual([0, 1, 9, 1, 2, 0, 3, 1, 0, 0, 5, 1]);
    expect(names.fieldIds.map((field, i) => [field, problem.quota[i]])).toEqual([
      ['02', 2],
      ['07', 8],
      ['10', 4],
    ]);
  });

  it('give a quota to a field that has none yet', () => {
    const assumed = new Assumed({ ...nothing, quotas: [{ fieldCode: '05', quota: 3 }] }, seed);
    expect(assumed.pools(pools)).toEqual([...pools, { pool: '05', quota: 3, act: '' }]);
  });

  it.each<[string | null, boolean, string | null]>([
    [null, true, null],
    [null, false, 'F-ADM-2 ASSUMED_RULESET'],
    ['F-ADM-2 TWO_OR_MORE_HELD', true, null],
    ['F-ADM-2 TWO_OR_MORE_HELD', false, 'F-ADM-2 ASSUMED_RULESET'],
    ['R-ADM-35 LIVE_AGREEMENT', true, 'R-ADM-35 LIVE_AGREEMENT'],
    ['R-ADM-02 TOO_YOUNG', true, 'R-ADM-02 TOO_YOUNG'],
  ])(
    'of another rule set judge the right to a state-funded place anew: %s, entitled %s: %s',
    (stored, entitled, judged) => {
      const anew = new Assumed({ ...nothing, policy: [{ code: 'adm.vf.ruleset', value: 'ART37_2020' }] }, seed);
      expect(anew.ineligible(stored, entitled)).toBe(judged);
      expect(new Assumed(nothing, seed).ineligible(stored, entitled)).toBe(stored);
    },
  );

  it('find suitable whom nobody has judged, and nobody else', () => {
    const found = (finding: string, pending: Assumptions['pending']): number => {
      const one = { list: [{ offering: 1, type: 'F' as const, ineligible: '' }], grade: 8, criteria: '', held: 0 };
      return load([{ ...one, findings: Array<string>(6).fill(finding) }], { ...nothing, pending }).loaded.problem.option
        .length;
    };
    for (const finding of ['PENDING', 'NEEDS_TEST', 'NEEDS_DOCUMENTS:Originals'])
      expect([found(finding, 'SUITABLE'), found(finding, 'EXCLUDED')]).toEqual([1, 0]);
    for (const pending of ['SUITABLE', 'EXCLUDED'] as const)
      expect([found('S', pending), found('UNSUITABLE:TEST_FAILED', pending)]).toEqual([1, 0]);
  });
});

/** Written from the documentation alone: the first 48 bits of a hash as a share of all, and what is left of each hundred. */
function naiveTimes(id: string, percent: number): number {
  const digest = createHash('sha256').update(`${seed}|demand|${id}`).digest();
  const share = digest.readUIntBE(0, 6) / 281_474_976_710_656;
  let times = 0;
  for (let rest = percent; rest > 0; rest -= 100) if (rest >= 100 || share * 100 < rest) times += 1;
  return times;
}

describe('assumed demand', () => {
  const ids = Array.from({ length: 5_000 }, (_, i) => uuid(0, i));

  it('takes exactly those whom the hash says, as often as it says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000 }), fc.constantFrom(...ids), (percent, id) => {
        const assumed = new Assumed({ ...nothing, demand: [{ percent }] }, seed);
        expect(assumed.idsOf(id, '07')).toHaveLength(naiveTimes(id, percent));
        expect(assumed.added - assumed.leftOut).toBe(naiveTimes(id, percent) - 1);
      }),
    );
  });

  it.each([0, 1, 37, 80, 100, 120, 250])('comes to about %d for each hundred', (percent) => {
    const assumed = new Assumed({ ...nothing, demand: [{ percent }] }, seed);
    const all = ids.flatMap((id) => assumed.idsOf(id, undefined));
    const expected = ids.reduce((sum, id) => sum + naiveTimes(id, percent), 0);
    expect(all).toHaveLength(expected);
    // Three standard deviations of 5,000 coins.
    expect(Math.abs(all.length / ids.length - percent / 100)).toBeLessThan(3 * Math.sqrt(0.25 / ids.length));
    expect(new Set(all).size).toBe(all.length);
  });

  it('keeps whoever it has when it grows', () => {
    const taken = (percent: number): string[] => {
      const assumed = new Assumed({ ...nothing, demand: [{ percent }] }, seed);
      return ids.slice(0, 500).flatMap((id) => assumed.idsOf(id, undefined));
    };
    const percents = [10, 60, 100, 130, 200, 210];
    for (const [i, percent] of percents.slice(1).entries())
      expect(taken(percent)).toEqual(expect.arrayContaining(taken(percents[i]!)));
  });

  it('adds applicants under ids that no application has', () => {
    const [own, ...copies] = new Assumed({ ...nothing, demand: [{ percent: 300 }] }, seed).idsOf(ids[0]!, '07');
    expect(own).toBe(ids[0]);
    for (const copy of copies)
      expect(copy).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('goes by the field of the first preference that may compete, each list in its own', () => {
    const percentOf: Record<string, number> = { '02': 0, '07': 200, '10': 100 };
    const demand = [{ fieldCode: '02', percent: 0 }, { fieldCode: '07', percent: 200 }, { percent: 300 }];
    const assumptions = { ...nothing, demand: [...demand, { fieldCode: '10', percent: 100 }] };
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
        const asIs = listsOf(load(lines).loaded);
        const { loaded, more } = load(lines, assumptions);
        const expected = [...asIs].flatMap(([id, list]) => {
          const percent = list.length === 0 ? 300 : percentOf[offerings[list[0]! >> 1]!.pool]!;
          return Array.from({ length: percent / 100 }, (_, n) => [n === 0 ? id : 'a copy', list]);
        });
        const got = [...listsOf(loaded)].map(([id, list]) => [id[14] === '8' ? 'a copy' : id, list]);
        expect(got).toEqual(expected);
        expect(more).toBe(got.length - lines.length);
      }),
    );
  });
});
