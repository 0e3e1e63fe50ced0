import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { DomainError, missing } from '@meistras/platform/errors/domain-error';
import { breakdowns, indicatorCards, parseBreakdowns } from './indicator.rules.js';
import type { Breakdown, IndicatorCard } from './indicator.rules.js';
import type { IndicatorDto, ObservationDto, ObservationListDto, ValuesQuery } from './indicators.dto.js';

type Row = Partial<Record<Breakdown, string | number | null>> & { value: string };

@Injectable()
export class IndicatorsService {
  constructor(private readonly dataSource: DataSource) {}

  list(): IndicatorDto[] {
    return indicatorCards.map(toIndicatorDto);
  }

  /** Values of an indicator by the asked breakdowns; a school sees those of its own institution. */
  async values(code: string, query: ValuesQuery, by: Actor): Promise<ObservationListDto> {
    const card = indicatorCards.find((each) => each.code === code);
    if (!card) throw missing('indicator');
    const names = parseBreakdowns(query.by);
    if (!names) throw new DomainError('malformed', 'invalid-parameter', 'Unknown breakdown.');
    if (query.institutionId !== undefined) by.mustActFor(query.institutionId, 'institution');
    const institutions = query.institutionId === undefined ? by.institutionFilter : [query.institutionId];
    const columns = names.map((name) => breakdowns[name]);
    const rows: Row[] = await this.dataSource.query(
      `SELECT ${names.map((name) => `${breakdowns[name]} AS ${name}`).join(', ')}, sum(f.quantity) AS value
       FROM fact f LEFT JOIN institution_place p ON p.institution_id = f.institution_id
       WHERE f.kind = $1 AND (cardinality($2::text[]) = 0 OR f.state = ANY($2)) AND ($3::uuid[] IS NULL OR f.institution_id = ANY($3))
         AND ($4::int IS NULL OR f.year = $4) AND ($5::text IS NULL OR p.county_code = $5)
         AND ($6::text IS NULL OR f.field_code LIKE $6 || '%')
       GROUP BY ${columns.join(', ')} ORDER BY ${columns.join(', ')}`,
      [card.kind, card.states, institutions, query.year ?? null, query.countyCode ?? null, query.fieldCode ?? null],
    );
    return { indicator: toIndicatorDto(card), items: rows.map(toObservationDto) };
  }
}

function toIndicatorDto({ code, name, definition, unit }: IndicatorCard): IndicatorDto {
  return { code, name, definition, unit };
}

function toObservationDto({ value, ...keys }: Row): ObservationDto {
  const known = Object.fromEntries(Object.entries(keys).filter(([, key]) => key !== null));
  return { ...known, value: Number(value) };
}
