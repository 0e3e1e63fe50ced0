import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { conflict } from '@meistras/platform/errors/domain-error';
import type { Language } from '@meistras/platform/http/language.rules';
import type { ListedOption, OptionExplanation, ShownKey } from '../allocation/allocation.explain.js';
import { lotteryHash, seedWithPublicDraw } from '../allocation/lottery.rules.js';
import { tierOf } from '../allocation/tier.rules.js';
import { offeringClosed } from '../applications/application.rules.js';
import { ApplicationsService, preferencesOf } from '../applications/applications.service.js';
import type { PreferenceRow } from '../applications/applications.service.js';
import { PoliciesService } from '../policies/policies.service.js';
import { StagesService } from '../stages/stages.service.js';
import { pendingAtDeadline } from '../suitability/suitability.rules.js';
import { explain } from './explanation.js';
import { inWords } from './explanation.words.js';
import type { ExplanationDto, OptionExplanationDto, ShownKeyDto } from './explanations.dto.js';
import { MatchingRun } from './matching-run.entity.js';
import { RunStore } from './run.store.js';

/** Why this result? One reason for every listed option (section 5.3). */
@Injectable()
export class ExplanationsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly applications: ApplicationsService,
    private readonly stages: StagesService,
    private readonly policies: PoliciesService,
    private readonly store: RunStore,
  ) {}

  async of(applicationId: string, by: Actor, language: Language): Promise<ExplanationDto> {
    const application = await this.applications.getOwn(applicationId, by);
    const stage = await this.stages.upToDate(application.stageId);
    if (stage.seed === null || stage.runId === null)
      throw conflict('not-published', 'The results are not published yet.');
    if (application.state === 'WITHDRAWN')
      throw conflict('application-withdrawn', 'A withdrawn application has no result.');
    const run = await this.dataSource.manager.findOneByOrFail(MatchingRun, { id: stage.runId });
    if (await this.store.isHeld(run.id, applicationId))
      throw conflict('result-held', 'The result is held back until the ministry has decided.');
    const preferences = (await preferencesOf(this.dataSource, [applicationId])).get(applicationId) ?? [];
    const limits = await this.store.limitsAround(
      run.id,
      preferences.map(({ offeringId }) => offeringId),
    );
    const inRun = new Set(limits.map(({ ref }) => ref));
    const { score, stageId, criteria, fundingFacts } = application;
    const day = this.stages.dayOf(stage.applyFrom);
    const tier = tierOf(this.policies.on('adm.tier', day), fundingFacts);
    const seed = seedWithPublicDraw(stage.seed, run.publicDraw ?? '');
    const explained = explain(
      {
        ...{ applicationId, stageId, own: { tier, score, criteria } },
        lottery: lotteryHash(seed, stageId, applicationId),
        listed: preferences.map((preference) => listedOption(preference, inRun)),
      },
      limits,
      await this.store.placementOf(run.id, applicationId),
      {
        minHolders: this.policies.on('adm.explain.minHolders', day),
        criteria: this.policies.on('adm.criteria', day).map(({ code }) => code),
      },
    );
    return {
      ...{ applicationId, stageId, runId: run.id, resultHash: run.resultHash ?? '' },
      options: explained.map((option, i) => {
        const facts = toOptionDto(option, i + 1);
        return { ...facts, text: inWords(facts, language) };
      }),
    };
  }
}

/** How a preference stood in the run; what decided it was fixed when the stage was locked. */
function listedOption(preference: PreferenceRow, inRun: ReadonlySet<string>): ListedOption {
  const { offeringId, fundingType, institutionId: institution, suitability, reason, ineligible } = preference;
  const why = inRun.has(offeringId) ? ineligible : offeringClosed;
  if (why !== null) {
    const facts = { ...why.facts, code: why.code };
    return { offeringId, fundingType, standing: { kind: 'NOT_ENTITLED', rule: why.rule, facts } };
  }
  if (suitability === 'SUITABLE') return { offeringId, fundingType, standing: { kind: 'COMPETES' } };
  return {
    ...{ offeringId, fundingType },
    standing: { kind: 'UNSUITABLE', reason: reason ?? pendingAtDeadline, institution },
  };
}

function toOptionDto(option: OptionExplanation, rank: number): Omit<OptionExplanationDto, 'text'> {
  const { offeringId, fundingType, code } = option;
  const named = { rank, offeringId, fundingType, code };
  switch (option.code) {
    case 'OBTAINED':
    case 'NOT_REACHED':
      return named;
    case 'NOT_ENTITLED':
      return { ...named, rule: option.rule, facts: option.facts };
    case 'UNSUITABLE':
      return { ...named, reason: option.reason, institutionId: option.institution };
    case 'BELOW_OFFERING_CUTOFF':
    case 'BELOW_FIELD_CUTOFF': {
      const { decidedBy, criterion, places, seatsFree, fieldId, cutOff } = option;
      return {
        ...{ ...named, decidedBy, places, seatsFree, own: toKeyDto(option.own) },
        ...(criterion === undefined ? {} : { criterion }),
        ...(cutOff === null ? {} : { cutOff: toKeyDto(cutOff) }),
        ...(fieldId === null ? {} : { fieldCode: fieldId }),
      };
    }
  }
}

function toKeyDto(key: ShownKey | Pick<ShownKey, 'score'>): ShownKeyDto {
  if (!('lottery' in key)) return { score: key.score / 10_000 };
  const { tier, score, criteria, lottery } = key;
  return { tier, score: score / 10_000, criteria: [...criteria], lottery };
}
