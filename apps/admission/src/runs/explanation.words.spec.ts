import { describe, expect, it } from '@jest/globals';
import { fundingRight } from '../allocation/funding-right.rules.js';
import type { FundingFacts } from '../allocation/funding-right.rules.js';
import { inWords } from './explanation.words.js';
import type { OptionExplanationDto } from './explanations.dto.js';

type Facts = Omit<OptionExplanationDto, 'text'>;
const option = { rank: 1, offeringId: '0198c0de-0000-7000-8000-000000000001', fundingType: 'VF' } as const;
const full = { ...option, code: 'BELOW_OFFERING_CUTOFF', places: 20, seatsFree: 0 };

describe('an explanation in plain words (section 5.3)', () => {
  it.each<[Facts, string, string, string]>([
    [{ ...option, code: 'OBTAINED' }, 'Ši vieta skirta Jums.', 'This place is yours.', 'Bạn đã nhận được chỗ học này.'],
    [
      { ...full, decidedBy: 'SCORE', own: { score: 7.75 }, cutOff: { score: 8.125 } },
      'Visos šios programos vietos (20) užimtos: Jūsų konkursinis balas 7,75, paskutinio priimtojo 8,125.',
      'All places of the programme (20) are taken: your score is 7.75, that of the last one taken 8.125.',
      'Tất cả chỗ học của chương trình (20) đã hết: điểm của bạn là 7,75, của người cuối cùng được nhận là 8,125.',
    ],
    [
      { ...option, code: 'NOT_ENTITLED', rule: 'F-ADM-2', facts: { code: 'QUALIFICATION_ALREADY_HELD', held: 1 } },
      'Šis pageidavimas konkurse nedalyvavo: jau turite valstybės finansuotą kvalifikaciją (F-ADM-2).',
      'This preference did not compete: you already hold a qualification that the state paid for (F-ADM-2).',
      'Nguyện vọng này không được xét: bạn đã có một bằng nghề do nhà nước chi trả (F-ADM-2).',
    ],
    [
      { ...option, code: 'UNSUITABLE', reason: 'ENTRANCE_TEST_FAILED' },
      'Neišlaikėte šios programos stojamojo testo.',
      'You did not pass the entrance test of the programme.',
      'Bạn không đạt kỳ kiểm tra đầu vào của chương trình.',
    ],
    [
      { ...option, code: 'UNSUITABLE', reason: 'PENDING_AT_DEADLINE' },
      'Jūsų tinkamumas šiai programai iki nustatyto termino nebuvo nustatytas, todėl šis pageidavimas konkurse nedalyvavo.',
      'Your suitability for the programme was not established by the deadline, so this preference did not compete.',
      'Đến hạn chót vẫn chưa xác định được bạn có phù hợp với chương trình hay không, nên nguyện vọng này không được xét.',
    ],
    [
      { ...option, code: 'UNSUITABLE', reason: 'HEALTH_REQUIREMENT' },
      'Įstaiga nustatė, kad šiai programai netinkate arba trūksta dokumentų.',
      'The institution found you unsuitable for the programme, or documents are missing.',
      'Cơ sở đào tạo xác định bạn không phù hợp với chương trình hoặc còn thiếu giấy tờ.',
    ],
  ])('%j', (facts, lt, en, vi) => {
    expect([inWords(facts, 'lt'), inWords(facts, 'en'), inWords(facts, 'vi')]).toEqual([lt, en, vi]);
  });

  it('says that a field has no money left though seats are free', () => {
    const text = inWords(
      { ...option, code: 'BELOW_FIELD_CUTOFF', decidedBy: 'LOTTERY', places: 3, seatsFree: 1, fieldCode: '07' },
      'en',
    );
    expect(text).toBe(
      'The state-funded places of field 07 (3) are given out, though seats of the programme are free (1): ' +
        'score and criteria are equal, the lottery committed to beforehand decided.',
    );
  });

  it.each(['lt', 'en', 'vi'] as const)('has words in %s for every code, reason and right there is', (language) => {
    const texts = [
      ...['OBTAINED', 'NOT_REACHED', 'UNSUITABLE'].map((code) => inWords({ ...option, code, reason: 'X' }, language)),
      ...['NO_PLACES', 'TIER', 'SCORE', 'CRITERION', 'LOTTERY'].flatMap((decidedBy) =>
        ['BELOW_OFFERING_CUTOFF', 'BELOW_FIELD_CUTOFF'].map((code) =>
          inWords({ ...option, code, decidedBy, own: { score: 7 }, cutOff: { score: 8 } }, language),
        ),
      ),
    ];
    expect(new Set(texts).size).toBe(texts.length);
    for (const text of texts) expect(text).not.toMatch(/undefined|NaN|–/);
  });

  it('knows every reason that F-ADM-2 can give', () => {
    const held = (...kinds: ('VET' | 'HIGHER')[]): FundingFacts => ({ held: kinds.map((kind) => ({ kind })) });
    const facts: FundingFacts[] = [
      ...[held(), held('VET'), held('VET', 'HIGHER'), { ...held('VET'), studiesInSeveralProgrammes: true }],
      ...[
        { held: [{ kind: 'HIGHER' as const, mostCreditsStatePaid: true }] },
        { held: [{ kind: 'VET' as const, continuing: true }] },
      ],
    ];
    const refused = facts.flatMap((each) =>
      (['INITIAL', 'CONTINUING'] as const).flatMap((kind) =>
        (['MINISTRY_FAQ', 'ART37_2020'] as const).map((ruleset) => fundingRight(kind, each, ruleset)),
      ),
    );
    for (const { allowed, code } of refused)
      if (!allowed)
        expect(inWords({ ...option, code: 'NOT_ENTITLED', rule: 'F-ADM-2', facts: { code } }, 'en')).not.toContain(
          'not established',
        );
  });
});
