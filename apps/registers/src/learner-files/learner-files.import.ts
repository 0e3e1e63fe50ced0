import { Injectable } from '@nestjs/common';
import type { OnModuleInit, Type } from '@nestjs/common';
import { IntersectionType } from '@nestjs/swagger';
import type { Secrecy } from '@meistras/platform/imports/import-kind';
import { ImportWorker } from '@meistras/platform/imports/import.worker';
import { NamedLearner } from '../learners/named-learner.js';
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
      this.worker.register<object, FileRow>({
        name: `learner-${name}`,
        scope: `registers.${name}:write`,
        row: IntersectionType(stated, NamedLearner),
        required: [],
        numbers: [],
        secrecy: this.codes.secrecyOf('learnerId', 'validFrom') as Secrecy<never>,
        prepare: (row) => this.files.prepare(row),
        apply: (tx, rows, by) => this.files.storeAll(tx, kind, rows, by),
      });
    }
  }
}
