import { IsIn, IsOptional, IsString, IsUUID } from 'class-validator';
import { DomainEvent } from '../../event.js';

abstract class InstitutionEvent extends DomainEvent {
  static readonly key = 'institutionId';

  @IsUUID()
  institutionId: string;

  /** `JAR` (Register of Legal Entities) or another country's scheme, such as `UAI`. */
  @IsString()
  codeScheme: string;

  @IsString()
  code: string;

  /** ISO 3166-2 code of the county, where the institution lies in one. */
  @IsOptional()
  @IsString()
  countyCode?: string;

  /** ISO 3166-2 code of the municipality. */
  @IsOptional()
  @IsString()
  municipalityCode?: string;

  @IsIn(['REGISTERED', 'CLOSED'])
  state: 'REGISTERED' | 'CLOSED';
}

export class InstitutionRegisteredV1 extends InstitutionEvent {
  static readonly type = 'registers.institution.registered.v1';
}
export class InstitutionChangedV1 extends InstitutionEvent {
  static readonly type = 'registers.institution.changed.v1';
}
