import { IsBoolean, IsIn, IsOptional, IsString, IsUUID } from 'class-validator';
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

  /** It is being reorganised; absent otherwise. */
  @IsOptional()
  @IsBoolean()
  isReorganising?: boolean;

  /** Institutions that go on with what a closed one did. */
  @IsOptional()
  @IsUUID(undefined, { each: true })
  successorIds?: string[];
}

export class InstitutionRegisteredV1 extends InstitutionEvent {
  static readonly type = 'registers.institution.registered.v1';
}
export class InstitutionChangedV1 extends InstitutionEvent {
  static readonly type = 'registers.institution.changed.v1';
}

/** The institution has another code from now on; the one before stays in its history (R-REG-31). */
export class InstitutionKeyChangedV1 extends InstitutionEvent {
  static readonly type = 'registers.institution.key-changed.v1';

  @IsString()
  previousCodeScheme: string;

  @IsString()
  previousCode: string;
}
