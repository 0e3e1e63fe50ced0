import { Injectable } from '@nestjs/common';
import type { Actor } from '@meistras/platform/auth/actor';
import { conflict, missing } from '@meistras/platform/errors/domain-error';
import type { Language } from '@meistras/platform/http/language.rules';
import type { ListedOption, OptionExplanation, ShownKey } from '../allocation/allocation.explain.js';
import { lotteryHash, seedWithPublicDraw } from '../allocation/lottery.rules.js';
import { tierOf } from '../allocation/tier.rules.js';
import { offeringClosed } from '../applications/application.rules.js';
import { decidesFor } from '../applications/application.view.js';
import { PoliciesService } from '../policies/policies.service.js';
import { StagesService } from '../stages/stages.service.js';
import { pendingAtDeadline } from '../suitability/suitability.rules.js';
import { ExplanationFactsReader } from './explanation.facts.js';
import type { ListedPreference } from './explanation.facts.js';
import { explain } from './explanation.js';
import { inWords } from './explanation.words.js';
import type { ExplanationDto, OptionExplanationDto, ShownKeyDto } from './explanations.dto.js';
import { PublishedLimits } from './published-limits.js';

/** Why this result? One reason for every listed option (section 5.3). */
@Injectable()
export class ExplanationsService {
  constructor(
    private readonly facts: ExplanationFactsReader,
    private readonly limits: PublishedLimits,
    private readonly stages: StagesService,
    private readonly policies: PoliciesService,
  ) {}

  async of(id: string, by: Actor, language: Language): Promise<ExplanationDto> {
    const facts = await this.facts.of(id);
    if (!facts || !decidesFor(by, facts)) throw missing('application');
    const { applicationId, stageId, runId, listed, score, criteria } = facts;
    if (facts.seed === null || runId === null) throw conflict('not-published', 'The results are not published yet.');
    if (facts.state === 'WITHDRAWN') throw conflict('application-withdrawn', 'A withdrawn application has no result.');
    if (facts.held) throw conflict('result-held', 'The result is held back until the ministry has decided.');
    const limits = await this.limits.around(
      runId,
      listed.map(({ offeringId }) => offeringId),
    );
    const day = this.stages.dayOf(facts.applyFrom);
    const tier = tierOf(this.policies.on('adm.tier', day), facts.fundingFacts);
    const seed = seedWithPublicDraw(facts.seed, facts.publicDraw ?? '');
    const explained = explain(
      {
        ...{ applicationId, stageId, own: { tier, score, criteria } },
        lottery: lotteryHash(seed, stageId, applicationId),
        listed: listed.map((preference) =>
          listedOption(preference, (limits.get(preference.offeringId) ?? null) !== null),
        ),
      },
      limits,
      facts.place,
      {
        minHolders: this.policies.on('adm.explain.minHolders', day),
        criteria: this.policies.on('adm.criteria', day).map(({ code }) => code),
      },
    );
    return {
      ...{ applicationId, stageId, runId, resultHash: facts.resultHash ?? '' },
      options: explained.map((option, i) => {
        const shown = toOptionDto(option, i + 1);
        shown.text = inWords(shown, language);
        return shown;
      }),
    };
  }
}

/** How a preference stood in the run; what decided it was fixed when the stage was locked. */
function listedOption(preference: ListedPreference, inRun: boolean): ListedOption {
  const { offeringId, fundingType, institutionId: institution, suitability, reason, ineligible } = preference;
  const why = inRun ? ineligible : offeringClosed;
  if (why !== null) {
    const facts = { ...why.facts, code: why.code };
    return { offeringId, fundingType, standing: { kind: 'NOT_ENTITLED', rule: why.rule, facts } };
  }
  if (suitability === 'SUITABLE') return { offeringId, fundingType, standing: { kind: 'COMPETES' } };
  const because = reason ?? pendingAtDeadline;
  return { offeringId, fundingType, standing: { kind: 'UNSUITABLE', reason: because, institution } };
}

/** Without its words. Properties are set one by one: this is done a thousand times as often as results are published. */
function toOptionDto(option: OptionExplanation, rank: number): OptionExplanationDto {
  const { offeringId, fundingType, code } = option;
  const dto: OptionExplanationDto = { rank, offeringId, fundingType, code, text: '' };
  switch (option.code) {
    case 'OBTAINED':
    case 'NOT_REACHED':
      break;
    case 'NOT_ENTITLED':
      dto.rule = option.rule;
      dto.facts = option.facts;
      break;
    case 'UNSUITABLE':
      dto.reason = option.reason;
      dto.institutionId = option.institution;
      break;
    case 'BELOW_OFFERING_CUTOFF':
    case 'BELOW_FIELD_CUTOFF':
      dto.decidedBy = option.decidedBy;
      if (option.criterion !== undefined) dto.criterion = option.criterion;
      dto.own = toKeyDto(option.own);
      if (option.cutOff !== null) dto.cutOff = toKeyDto(option.cutOff);
      dto.places = option.places;
      dto.seatsFree = option.seatsFree;
      if (option.fieldId !== null) dto.fieldCode = option.fieldId;
  }
  return dto;
}

function toKeyDto(key: ShownKey | Pick<ShownKey, 'score'>): ShownKeyDto {
  if (!('lottery' in key)) return { score: key.score / 10_000 };
  const { tier, score, criteria, lottery } = key;
  return { tier, score: score / 10_000, criteria: criteria.slice(), lottery };
}
