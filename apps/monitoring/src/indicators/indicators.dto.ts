import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';

export class IndicatorDto {
  /** @example "enrolments" */
  code: string;
  name: string;
  definition: string;
  @ApiProperty({ enum: ['PERSONS', 'PLACES', 'DOCUMENTS', 'EUR_CENTS'] })
  unit: string;
}

export class IndicatorListDto {
  items: IndicatorDto[];
}

export class ValuesQuery {
  /**
   * Breakdowns, separated by commas: year, county, institution, field.
   * @example "county,year"
   */
  @ApiPropertyOptional({ type: 'string', default: 'year' })
  @IsString()
  @MaxLength(60)
  @Matches(/^(year|county|institution|field)(,(year|county|institution|field))*$/)
  by = 'year';

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(2000)
  @Max(2999)
  year?: number;

  @IsOptional()
  @IsUUID()
  institutionId?: string;

  /** Only this county (ISO 3166-2). */
  @IsOptional()
  @Matches(/^[A-Z]{2}-[A-Z0-9]{1,3}$/)
  countyCode?: string;

  /** Only fields of education whose ISCED-F code begins so. */
  @IsOptional()
  @Matches(/^\d{2,4}$/)
  fieldCode?: string;
}

export class ObservationDto {
  year?: number;
  /** ISO 3166-2 code; absent where the institution lies in no county. */
  county?: string;
  @ApiProperty({ format: 'uuid' })
  institution?: string;
  /** ISCED-F code. */
  field?: string;
  @ApiProperty({ type: 'integer', description: 'In the unit of the indicator.' })
  value: number;
}

export class ObservationListDto {
  indicator: IndicatorDto;
  items: ObservationDto[];
}
