import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ImportWorker } from '@meistras/platform/imports/import.worker';
import { LearnersBulk } from './learners.bulk.js';
import { LearnerRow, LearnersReading } from './learners.reading.js';
import { PersonalCodes } from './personal-codes.js';
import { ProtectedCodesService } from './protected-codes.service.js';

/** What tells the sender which row was refused. */
const shown = ['givenName', 'familyName', 'birthOn', 'institutionId', 'institutionScheme', 'institutionCode'] as const;

/** `kind=learners`. Rows wait sealed, and the report shows no personal code (R-REG-30). */
@Injectable()
export class LearnersImport implements OnModuleInit {
  constructor(
    private readonly worker: ImportWorker,
    private readonly reading: LearnersReading,
    private readonly learners: LearnersBulk,
    private readonly codes: PersonalCodes,
    private readonly protectedCodes: ProtectedCodesService,
  ) {}

  onModuleInit(): void {
    this.worker.register({
      name: 'learners',
      scope: 'registers.learners:write',
      row: LearnerRow,
      required: ['givenName', 'familyName'],
      numbers: [],
      secrecy: this.codes.secrecyOf<keyof LearnerRow>(...shown),
      prepare: (row, now) => this.reading.prepare(row, now),
      pack: (rows) => this.reading.pack(rows),
      apply: (tx, { groups, faulty }, by) =>
        this.protectedCodes.storeHiding(tx, groups, by, (shown) =>
          this.learners.storeAll(tx, { groups: shown, faulty }, by.clientId),
        ),
    });
  }
}
