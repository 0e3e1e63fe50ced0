import type { FactChangeDto, HistoryDto, HistoryPeriodDto } from './register.dto.js';
import { covers, namesOfChanged } from './periods.rules.js';
import type { RegisterPeriod } from './register-period.entity.js';

/**
 * Periods as people read them: each with what it changed. `periods` are all of one entry, newest knowledge first; facts
 * that are `hidden` are for the service alone.
 */
export function toHistoryDto(periods: RegisterPeriod[], hidden: readonly string[] = []): HistoryDto {
  const shown = periods.map((period) => ({ ...period, facts: without(period.facts, hidden) }));
  return { items: shown.map((period) => toPeriodDto(period, predecessorOf(period, shown))) };
}

function without(facts: Record<string, unknown>, hidden: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !hidden.includes(name)));
}

/** The period that it corrected or shortened, else the one that was believed then to hold on the day before it. */
function predecessorOf(period: RegisterPeriod, periods: RegisterPeriod[]): RegisterPeriod | undefined {
  const known = period.recordedAt.getTime();
  const corrected = periods.find(
    (each) => each.supersededAt?.getTime() === known && covers(each, period.validFrom) && each !== period,
  );
  return corrected ?? periods.find((each) => each.validTo === period.validFrom && each.recordedAt.getTime() <= known);
}

function toPeriodDto(period: RegisterPeriod, before: RegisterPeriod | undefined): HistoryPeriodDto {
  const { validFrom, validTo, recordedAt, supersededAt, provider, legalBasis, reason } = period;
  const facts = Object.fromEntries(Object.entries(period.facts).filter(([, value]) => value !== null));
  return {
    validFrom,
    ...(validTo === null ? {} : { validTo }),
    recordedAt: recordedAt.toISOString(),
    ...(supersededAt === null ? {} : { supersededAt: supersededAt.toISOString() }),
    provider,
    ...(legalBasis === null ? {} : { legalBasis }),
    ...(reason === null ? {} : { reason }),
    changes: before ? changesOf(before.facts, period.facts) : [],
    facts,
  };
}

function changesOf(before: Record<string, unknown>, after: Record<string, unknown>): FactChangeDto[] {
  const said = (value: unknown): boolean => value !== null && value !== undefined;
  return namesOfChanged(before, after).map((property) => ({
    property,
    ...(said(before[property]) ? { before: before[property] } : {}),
    ...(said(after[property]) ? { after: after[property] } : {}),
  }));
}
