import { describe, expect, it } from '@jest/globals';
import type { DomainError } from '@meistras/platform/errors/domain-error';
import {
  assertListable,
  assertOldEnough,
  assertOnlyReordered,
  assertSubmitted,
  assertWithinLimit,
  scoreOf,
  whyIneligible,
} from './application.rules.js';
import type { Choice, ChosenOffering } from './application.rules.js';

function refusal(work: () => void): DomainError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error as DomainError;
  }
}
const faultsOf = (work: () => void): string[] =>
  (refusal(work)?.faults ?? []).map(({ pointer, code }) => `${pointer} ${code}`);
const vf = (offeringId: string): Choice => ({ offeringId, fundingType: 'VF' });

describe('the list of preferences', () => {
  const open: ChosenOffering = {
    ...{ id: 'o1', institutionId: 'i1', kind: 'INITIAL', eqfLevel: 4, awards: 'QUALIFICATION', moduleCode: '' },
    ...{ testOverBut: null, state: 'OPEN' },
  };
  const offerings = new Map([
    ['o1', open],
    ['o2', { ...open, id: 'o2', state: 'CLOSED' as const }],
  ]);

  it.each([
    [3, 3, false],
    [4, 3, true],
    [2, 2, false],
    [3, 2, true],
  ])('%d preferences under a limit of %d: refused %s (R-ADM-13)', (count, limit, refused) => {
    const error = refusal(() =>
      assertWithinLimit(
        Array.from({ length: count }, () => vf('o1')),
        limit,
        'Order V-1',
      ),
    );
    expect(error?.code).toBe(refused ? 'limit-exceeded' : undefined);
    if (refused) expect(error?.message).toContain(`At most ${limit} preferences (R-ADM-13; Order V-1)`);
  });

  it.each<[string, Choice[], string[]]>([
    ['both funding types of one offering', [vf('o1'), { offeringId: 'o1', fundingType: 'VNF' }], []],
    ['the same option twice (R-ADM-14)', [vf('o1'), vf('o1')], ['/preferences/1 OPTION_REPEATED']],
    ['an unknown offering', [vf('o9')], ['/preferences/0 OFFERING_UNKNOWN']],
    ['a closed offering (R-REG-15)', [vf('o2')], ['/preferences/0 OFFERING_CLOSED']],
    [
      'all faults at once',
      [vf('o9'), vf('o2'), vf('o2')],
      [
        '/preferences/0 OFFERING_UNKNOWN',
        '/preferences/1 OFFERING_CLOSED',
        '/preferences/2 OFFERING_CLOSED',
        '/preferences/2 OPTION_REPEATED',
      ],
    ],
  ])('%s', (_, choices, faults) => {
    expect(faultsOf(() => assertListable(choices, offerings))).toEqual(faults);
  });
});

describe('a list once applying is over (R-ADM-17)', () => {
  const before: Choice[] = [vf('o1'), { offeringId: 'o1', fundingType: 'VNF' }, vf('o2')];

  it.each<[string, Choice[], boolean]>([
    ['may be put in another order', before.toReversed(), true],
    ['may be shortened', [vf('o2')], true],
    ['takes nothing new', [vf('o1'), vf('o3')], false],
    ['takes no other funding of what is listed', [{ offeringId: 'o2', fundingType: 'VNF' }], false],
  ])('%s', (_, after, taken) => {
    expect(refusal(() => assertOnlyReordered(before, after))?.code).toBe(taken ? undefined : 'window-closed');
  });
});

describe('the age (R-ADM-01)', () => {
  it.each([
    [2012, '2026-09-01', true],
    [2013, '2026-09-01', false],
    [2013, '2027-01-15', true],
    [1960, '2026-09-01', true],
  ])('born in %d, teaching from %s: may apply %s', (birthYear, startsOn, may) => {
    expect(refusal(() => assertOldEnough(birthYear, startsOn, 14))?.code).toBe(may ? undefined : 'too-young');
  });
});

describe('the right to a state-funded place', () => {
  const none = { held: [] };
  const one = { held: [{ kind: 'VET' as const }] };
  const judge = (facts: typeof none | typeof one, holdsFundedPlace = false) => ({
    ...{ facts, ruleset: 'MINISTRY_FAQ' as const, holdsFundedPlace },
  });

  it.each([
    ['VF', 'INITIAL', judge(none), null],
    ['VF', 'INITIAL', judge(one), 'F-ADM-2 QUALIFICATION_ALREADY_HELD'],
    ['VF', 'CONTINUING', judge(none), 'F-ADM-2 QUALIFICATION_REQUIRED'],
    ['VF', 'CONTINUING', judge(one), null],
    ['VNF', 'INITIAL', judge(one), null],
    ['VF', 'HIGHER', judge(one), null],
    ['VF', 'INITIAL', judge(none, true), 'R-ADM-35 LIVE_AGREEMENT'],
    ['VNF', 'INITIAL', judge(none, true), null],
  ] as const)('%s in a programme of kind %s: case %#', (fundingType, kind, judgement, expected) => {
    const why = whyIneligible(fundingType, kind, judgement);
    expect(why && `${why.rule} ${why.code}`).toBe(expected);
  });
});

describe('the competitive score (F-ADM-1)', () => {
  it('is the mean of the grades in ten-thousandths', () => {
    const grades = [8, 7, 9, 6, 10, 7, 8, 9, 7, 8, 6].map((value) => ({ scale: 'TEN' as const, value }));
    expect(scoreOf({ grades }).tenThousandths).toBe(77_273);
  });

  it('points to every grade outside its scale', () => {
    const grades = [
      { scale: 'FIVE' as const, value: 6 },
      { scale: 'TEN' as const, value: 8 },
      { scale: 'TEN' as const, value: 11 },
    ];
    expect(faultsOf(() => scoreOf({ grades }))).toEqual([
      '/grades/0/value GRADE_OUT_OF_SCALE',
      '/grades/2/value GRADE_OUT_OF_SCALE',
    ]);
  });
});

describe('a withdrawn application', () => {
  it('is not changed any more', () => {
    expect(refusal(() => assertSubmitted({ state: 'WITHDRAWN' }))?.code).toBe('application-withdrawn');
    expect(refusal(() => assertSubmitted({ state: 'SUBMITTED' }))).toBeUndefined();
  });
});
