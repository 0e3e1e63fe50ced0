import { Transform } from 'class-transformer';
import { IsOptional, IsUUID } from 'class-validator';
import { Injectable } from '@nestjs/common';
import type { OnModuleInit, Type } from '@nestjs/common';
import { IntersectionType } from '@nestjs/swagger';
import type { AnyImportKind } from '@meistras/platform/imports/import-kind';
import { ImportWorker } from '@meistras/platform/imports/import.worker';
import { IsPersonalCode } from '../learners/personal-code.validator.js';
import { PersonalCodes } from '../learners/personal-codes.js';
import type { StatedTerms } from '../register/register.dto.js';
import type { LearnerFileKind } from './learner-file.entity.js';
import { LearnerFilesBulk } from './learner-files.bulk.js';
import type { FileRow } from './learner-files.bulk.js';
import {
  StatedContactsDto,
  StatedGuardiansDto,
  StatedPriorEducationDto,
  StatedSpecialNeedsDto,
} from './learner-files.dto.js';

/** Whose file a row is: one of both. */
class NamedLearner {
  @IsOptional()
  @IsUUID()
  learnerId?: string;

  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @IsPersonalCode()
  personalCode?: string;
}

const kinds: [string, LearnerFileKind, Type<StatedTerms>][] = [
  ['guardians', 'GUARDIANS', StatedGuardiansDto],
  ['contacts', 'CONTACTS', StatedContactsDto],
  ['special-needs', 'SPECIAL_NEEDS', StatedSpecialNeedsDto],
  ['prior-education', 'PRIOR_EDUCATION', StatedPriorEducationDto],
];

/**
 * `kind=learner-guardians` and so on, each on the scope of its file: a row states the file of one learner as a whole. Lists
 * come with NDJSON only; contacts also as a table.
 */
@Injectable()
export class LearnerFilesImport implements OnModuleInit {
  constructor(
    private readonly worker: ImportWorker,
    private readonly files: LearnerFilesBulk,
    private readonly codes: PersonalCodes,
  ) {}

  onModuleInit(): void {
    for (const [name, kind, stated] of kinds) {
      const definition: AnyImportKind = {
        name: `learner-${name}`,
        scope: `registers.${name}:write`,
        row: IntersectionType(stated, NamedLearner),
        required: [],
        numbers: [],
        secrecy: this.codes.secrecyOf('learnerId', 'validFrom'),
        prepare: (row) => this.files.prepare(row),
        apply: (tx, rows, by) => this.files.storeAll(tx, kind, rows as FileRow[], by),
      };
      this.worker.register(definition as never);
    }
  }
}
