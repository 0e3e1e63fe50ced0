import { describe, expect, it } from '@jest/globals';
import {
  fundingRight,
  fundingRulesetOn,
  type FundingFacts,
  type RulesetPeriod,
  type StatePaidQualification,
} from './funding-right.rules.js';

const vet: StatePaidQualification = { kind: 'VET' };
const higher: StatePaidQualification = { kind: 'HIGHER' };
const employmentService: StatePaidQualification = { kind: 'EMPLOYMENT_SERVICE' };
const withBasic: StatePaidQualification = { kind: 'VET', gainedWith: 'BASIC' };
const withSecondary: StatePaidQualification = { kind: 'VET', gainedWith: 'SECONDARY', directlyAfterPrevious: true };

describe('the right to a state-funded place by the answer of the ministry (F-ADM-2)', () => {
  it.each([
    ['nothing', [], true, 'FIRST_QUALIFICATION', false, 'QUALIFICATION_REQUIRED'],
    ['one VET qualification', [vet], false, 'QUALIFICATION_ALREADY_HELD', true, 'ONE_HELD'],
    [
      'training paid by the Employment Service',
      [employmentService],
      false,
      'QUALIFICATION_ALREADY_HELD',
      true,
      'ONE_HELD',
    ],
    ['one higher-education qualification', [higher], false, 'QUALIFICATION_ALREADY_HELD', true, 'ONE_HELD'],
    ['one of each', [vet, higher], false, 'TWO_OR_MORE_HELD', false, 'TWO_OR_MORE_HELD'],
    ['bachelor and master', [higher, higher], false, 'TWO_OR_MORE_HELD', false, 'TWO_OR_MORE_HELD'],
    ['three', [vet, vet, vet], false, 'TWO_OR_MORE_HELD', false, 'TWO_OR_MORE_HELD'],
    ['basic then secondary', [withBasic, withSecondary], false, 'TWO_OR_MORE_HELD', false, 'TWO_OR_MORE_HELD'],
  ] as const)('of a holder of %s', (_, held, initial, initialCode, continuing, continuingCode) => {
    const ruleset = 'MINISTRY_FAQ';
    expect(fundingRight('INITIAL', { held }, ruleset)).toEqual({ allowed: initial, code: initialCode, ruleset });
    expect(fundingRight('CONTINUING', { held }, ruleset)).toEqual({
      allowed: continuing,
      code: continuingCode,
      ruleset,
    });
  });
});

describe('the right to a state-funded continuing place by article 37 of 2020', () => {
  it.each([
    ['nothing', { held: [] }, false, 'QUALIFICATION_REQUIRED'],
    ['one qualification', { held: [vet] }, true, 'ONE_HELD'],
    ['two', { held: [vet, vet] }, false, 'TWO_OR_MORE_HELD'],
    [
      'one with basic and directly after one with secondary',
      { held: [withBasic, withSecondary] },
      true,
      'BASIC_THEN_SECONDARY',
    ],
    [
      'the same with a break between',
      { held: [withBasic, { ...withSecondary, directlyAfterPrevious: false }] },
      false,
      'TWO_OR_MORE_HELD',
    ],
    ['the same and a third', { held: [withBasic, withSecondary, vet] }, false, 'TWO_OR_MORE_HELD'],
    [
      'higher education mostly paid by the state',
      { held: [{ ...higher, mostCreditsStatePaid: true }] },
      false,
      'HIGHER_EDUCATION_STATE_PAID',
    ],
    [
      'higher education mostly paid privately',
      { held: [{ ...higher, mostCreditsStatePaid: false }] },
      true,
      'ONE_HELD',
    ],
    [
      'one, studying in several programmes',
      { held: [vet], studiesInSeveralProgrammes: true },
      false,
      'STUDIES_IN_SEVERAL_PROGRAMMES',
    ],
    ['one of a continuing programme', { held: [{ ...vet, continuing: true }] }, false, 'CONTINUING_ALREADY_USED'],
    ['three, but exempt by act', { held: [vet, vet, vet], exemptByAct: true }, true, 'EXEMPT_BY_ACT'],
  ] as [string, FundingFacts, boolean, string][])('of a holder of %s', (_, facts, allowed, code) => {
    expect(fundingRight('CONTINUING', facts, 'ART37_2020')).toEqual({ allowed, code, ruleset: 'ART37_2020' });
  });

  it('keeps an initial place for those who hold nothing', () => {
    expect(fundingRight('INITIAL', { held: [] }, 'ART37_2020').allowed).toBe(true);
    expect(fundingRight('INITIAL', { held: [vet] }, 'ART37_2020').allowed).toBe(false);
  });
});

describe('the rule set in force (R-ADM-09)', () => {
  const table: RulesetPeriod[] = [
    { from: null, until: '2027-01-01', ruleset: 'MINISTRY_FAQ' },
    { from: '2027-01-01', until: '2028-01-01', ruleset: 'ART37_2020' },
  ];

  it('is the answer of the ministry unless configured', () => {
    expect(fundingRulesetOn('2026-06-01')).toBe('MINISTRY_FAQ');
  });

  it.each([
    ['2026-12-31', 'MINISTRY_FAQ'],
    ['2027-01-01', 'ART37_2020'],
    ['2027-12-31', 'ART37_2020'],
  ])('on %s is %s', (day, ruleset) => {
    expect(fundingRulesetOn(day, table)).toBe(ruleset);
  });

  it('is missing after the last period', () => {
    expect(() => fundingRulesetOn('2028-01-01', table)).toThrow(RangeError);
  });
});
