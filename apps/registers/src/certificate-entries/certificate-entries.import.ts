import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ImportWorker } from '@meistras/platform/imports/import.worker';
import { PersonalCodes } from '../learners/personal-codes.js';
import { CertificateEntriesBulk, CertificateRow } from './certificate-entries.bulk.js';

/** What tells the sender which row was refused: nothing of the holder. */
const shown = ['registrationNumber', 'issuedOn', 'kind', 'programmeCode', 'institutionId', 'institutionCode'] as const;

/** `kind=certificate-entries`: paper and older registers. What learning-records issues comes by its events alone. */
@Injectable()
export class CertificateEntriesImport implements OnModuleInit {
  constructor(
    private readonly worker: ImportWorker,
    private readonly entries: CertificateEntriesBulk,
    private readonly codes: PersonalCodes,
  ) {}

  onModuleInit(): void {
    this.worker.register({
      name: 'certificate-entries',
      scope: 'registers.certificate-entries:write',
      row: CertificateRow,
      required: ['kind', 'programmeCode', 'registrationNumber', 'issuedOn'],
      numbers: [],
      secrecy: this.codes.secrecyOf<keyof CertificateRow>(...shown),
      prepare: (row) => this.entries.prepare(row),
      apply: (tx, rows, by) => this.entries.storeAll(tx, rows, by),
    });
  }
}
