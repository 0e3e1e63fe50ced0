import { describe, expect, it } from '@jest/globals';
import { seedCommitment } from '../allocation/lottery.rules.js';
import { assertMayTry, assumptionsOf, mostAtWork } from './trial-run.rules.js';
import type { Asked, TriedStage } from './trial-run.rules.js';

const nothing: Asked = { places: [], quotas: [], policy: [], demand: [], pending: 'EXCLUDED' };
const stage: TriedStage = {
  offerings: new Map([
    ['o1', { pool: '07', state: 'OPEN', funded: 2 }],
    ['o2', { pool: '02', state: 'OPEN', funded: 0 }],
    ['gone', { pool: '07', state: 'CLOSED', funded: 2 }],
  ]),
  elsewhere: new Set(['other']),
  pools: new Set(['07', 'M07']),
  applications: 1_000,
  promised: seedCommitment('promised'),
};

const faultsOf = (asked: Partial<Asked>, facts: Partial<TriedStage> = {}): string[] => {
  try {
    assumptionsOf({ ...nothing, ...asked }, { ...stage, ...facts });
    return [];
  } catch (error) {
    const { faults } = error as { faults: { pointer: string; code: string }[] };
    return faults.map(({ pointer, code }) => `${pointer} ${code}`);
  }
};

describe('a trial run', () => {
  it.each<[Partial<Asked>, string[]]>([
    [{}, []],
    [{ places: [{ offeringId: 'o1', funded: 0, nonFunded: 1_000_000 }] }, []],
    [{ places: [{ offeringId: 'o9', funded: 1 }] }, ['/places/0/offeringId OFFERING_UNKNOWN']],
    [{ places: [{ offeringId: 'other', funded: 1 }] }, ['/places/0/offeringId OFFERING_OF_OTHER_STAGE']],
    [{ places: [{ offeringId: 'gone', funded: 1 }] }, ['/places/0/offeringId OFFERING_CLOSED']],
    [
      { places: [{ offeringId: 'o1', funded: -1, nonFunded: 1_000_001 }] },
      ['/places/0/funded OUT_OF_RANGE', '/places/0/nonFunded OUT_OF_RANGE'],
    ],
    [{ places: [{ offeringId: 'o1' }] }, ['/places/0 NOTHING_ASSUMED']],
    [
      {
        places: [
          { offeringId: 'o1', funded: 1 },
          { offeringId: 'o1', funded: 2 },
        ],
      },
      ['/places/1 OFFERING_REPEATED'],
    ],
    [
      {
        quotas: [
          { fieldCode: '07', quota: 0 },
          { fieldCode: 'M07', quota: 1 },
        ],
      },
      [],
    ],
    [
      { quotas: [{ fieldCode: '99', quota: -1 }] },
      ['/quotas/0/fieldCode FIELD_UNKNOWN', '/quotas/0/quota OUT_OF_RANGE'],
    ],
    [
      {
        quotas: [
          { fieldCode: '07', quota: 1 },
          { fieldCode: '07', quota: 2 },
        ],
      },
      ['/quotas/1 FIELD_REPEATED'],
    ],
    [
      {
        policy: [
          { code: 'adm.tier', value: 'FIRST_QUALIFICATION_FIRST' },
          { code: 'adm.criteria', value: [] },
        ],
      },
      [],
    ],
    [{ policy: [{ code: 'adm.limit', value: { SUMMER: 2 } }] }, ['/policy/0/code NOT_TRIABLE']],
    [{ policy: [{ code: 'adm.vf.ruleset', value: 'ART38' }] }, ['/policy/0/value VALUE']],
    [
      { policy: [{ code: 'adm.criteria', value: Array.from({ length: 13 }, (_, i) => ({ code: `C${i}` })) }] },
      ['/policy/0/value TOO_MANY_CRITERIA'],
    ],
    [
      {
        policy: [
          { code: 'adm.tier', value: 'NONE' },
          { code: 'adm.tier', value: 'NONE' },
        ],
      },
      ['/policy/1 CODE_REPEATED'],
    ],
    [{ demand: [{ percent: 0 }, { fieldCode: '07', percent: 1_000 }] }, []],
    [
      { demand: [{ percent: -1 }, { fieldCode: '99', percent: 1_001 }] },
      ['/demand/0/percent OUT_OF_RANGE', '/demand/1/fieldCode FIELD_UNKNOWN', '/demand/1/percent OUT_OF_RANGE'],
    ],
    [{ demand: [{ percent: 90 }, { percent: 110 }] }, ['/demand/1 FIELD_REPEATED']],
    [{ seed: 'promised' }, ['/seed SEED_PROMISED']],
    [{ seed: 'another' }, []],
  ])('%j: %j', (asked, faults) => {
    expect(faultsOf(asked)).toEqual(faults);
  });

  it('is refused with all of its faults at once', () => {
    const asked = {
      ...{ places: [{ offeringId: 'o9', funded: -1 }], quotas: [{ fieldCode: '99', quota: 1 }], seed: 'promised' },
      ...{ policy: [{ code: 'adm.tier', value: 'LAST' }], demand: [{ percent: 2_000 }] },
    };
    expect(faultsOf(asked).map((fault) => fault.split(' ')[1])).toEqual([
      ...['OFFERING_UNKNOWN', 'OUT_OF_RANGE', 'FIELD_UNKNOWN', 'VALUE', 'OUT_OF_RANGE', 'SEED_PROMISED'],
    ]);
  });

  it('needs a quota, stored or assumed, for every field whose seats the state pays for', () => {
    expect(faultsOf({}, { pools: new Set() })).toEqual(['/quotas POOL_MISSING']);
    expect(faultsOf({ quotas: [{ fieldCode: '07', quota: 5 }] }, { pools: new Set() })).toEqual([]);
    expect(faultsOf({ places: [{ offeringId: 'o1', funded: 0 }] }, { pools: new Set() })).toEqual([]);
    expect(faultsOf({ places: [{ offeringId: 'o2', funded: 1 }] })).toEqual(['/quotas POOL_MISSING']);
  });

  it('takes no more applicants than a run does', () => {
    expect(faultsOf({ demand: [{ percent: 419 }] }, { applications: 1_000_000 })).toEqual([]);
    expect(faultsOf({ demand: [{ percent: 420 }] }, { applications: 1_000_000 })).toEqual([
      '/demand TOO_MANY_APPLICANTS',
    ]);
  });

  it('draws by the seed of the stage once that is revealed', () => {
    expect(faultsOf({ seed: 'promised' }, { promised: null })).toEqual([]);
  });

  it.each(['OPEN', 'ORDERING', 'LOCKED', 'MATCHED', 'PUBLISHED', 'SIGNING', 'CLOSED'] as const)(
    'may be of a stage that is %s',
    (state) => {
      expect(() => assertMayTry({ state }, mostAtWork - 1)).not.toThrow();
    },
  );

  it('is not of a stage without applications, nor one of very many', () => {
    expect(() => assertMayTry({ state: 'PLANNED' }, 0)).toThrow(/PLANNED/);
    expect(() => assertMayTry({ state: 'LOCKED' }, mostAtWork)).toThrow(/wait already/);
  });
});
