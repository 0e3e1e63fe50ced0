import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ImportWorker } from '@meistras/platform/imports/import.worker';
import { LearnersBulk } from './learners.bulk.js';
import { LearnerRow, LearnersReading } from './learners.reading.js';
import { PersonalCodes } from './personal-codes.js';

/** `kind=learners`. Rows wait sealed, and the report shows no personal code (R-REG-30). */
@Injectable()
export class LearnersImport implements OnModuleInit {
  constructor(
    private readonly worker: ImportWorker,
    private readonly reading: LearnersReading,
    private readonly learners: LearnersBulk,
    private readonly codes: PersonalCodes,
  ) {}

  onModuleInit(): void {
    this.worker.register({
      name: 'learners',
      scope: 'registers.learners:write',
      row: LearnerRow,
      required: ['givenName', 'familyName'],
      numbers: [],
      secrecy: {
        columns: ['personalCode'],
        seal: (block, place) => this.codes.sealBytes(block, Buffer.from(place)),
        open: (sealed, place) => this.codes.openBytes(sealed, Buffer.from(place)),
      },
      prepare: (row, now) => this.reading.prepare(row, now),
      pack: (rows) => this.reading.pack(rows),
      apply: (tx, rows, by) => this.learners.storeAll(tx, rows, by.clientId),
    });
  }
}
