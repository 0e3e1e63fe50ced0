import { ApiProperty } from '@nestjs/swagger';
import type { AccessRecord } from '@meistras/platform/access-log/access-record.entity';
import { purposeCodes, unstated } from '@meistras/platform/access-log/purposes';

/** Who looked, as the person may see it: the institution and its client, no employee (CJEU C-579/21). */
export class MyAccessDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** When the data were read. */
  @ApiProperty({ format: 'date-time' })
  recordedAt: string;
  /** The system that read.
   * @example "school-system"
   */
  clientId: string;
  /** True for a system that acts for the whole country. */
  national: boolean;
  /** The institutions that the system acts for. */
  institutions: AccessingInstitutionDto[];
  /**
   * The municipalities (ISO 3166-2) that the system reads for; absent for any other system.
   * @example ["LT-16"]
   */
  municipalities?: string[];
  /**
   * Id of the operation in the OpenAPI document.
   * @example "getLearner"
   */
  operation: string;
  @ApiProperty({ enum: [...purposeCodes, unstated], description: 'As the system stated it; `UNSTATED` if it did not.' })
  purpose: string;
}

export class AccessingInstitutionDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  /**
   * Absent for one that the register does not know.
   * @example "Žemaitijos profesinio mokymo centras"
   */
  name?: string;
}

/** Who looked, as the officer in charge sees it. */
export class LearnerAccessDto extends MyAccessDto {
  /**
   * Tells one employee from another (`X-Road-UserId`) without naming either; absent if the system did not say.
   * @example "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
   */
  employee?: string;
  /**
   * Finds the request in the logs.
   * @example "f0a650d7-c601-4861-9549-535b014144c7"
   */
  requestId: string;
}

export class MyAccessPageDto {
  items: MyAccessDto[];
  next?: string;
}

export class LearnerAccessPageDto {
  items: LearnerAccessDto[];
  next?: string;
}

/** `names` are those of institutions by id. */
export function toMyAccessDto(record: AccessRecord, names: ReadonlyMap<string, string>): MyAccessDto {
  const { id, recordedAt, clientId, institutions, municipalities, operation, purpose } = record;
  const institutionOf = (each: string): AccessingInstitutionDto => {
    const name = names.get(each);
    return name === undefined ? { id: each } : { id: each, name };
  };
  return {
    ...{ id, recordedAt: recordedAt.toISOString(), clientId, operation, purpose },
    national: institutions === null,
    institutions: (institutions ?? []).map(institutionOf),
    ...(municipalities === null ? {} : { municipalities }),
  };
}

export function toLearnerAccessDto(record: AccessRecord, names: ReadonlyMap<string, string>): LearnerAccessDto {
  const { employee, requestId } = record;
  return { ...toMyAccessDto(record, names), requestId, ...(employee === null ? {} : { employee }) };
}
