import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ImportWorker } from '@meistras/platform/imports/import.worker';
import { RegisterQualificationDto } from './qualifications.dto.js';
import { QualificationsService } from './qualifications.service.js';

/** `kind=qualifications`. Required modules come with NDJSON only: a cell of a CSV holds no list. */
@Injectable()
export class QualificationsImport implements OnModuleInit {
  constructor(
    private readonly worker: ImportWorker,
    private readonly qualifications: QualificationsService,
  ) {}

  onModuleInit(): void {
    this.worker.register({
      name: 'qualifications',
      scope: 'registers.qualifications:write',
      row: RegisterQualificationDto,
      required: ['code', 'name', 'eqfLevel'],
      numbers: ['eqfLevel'],
      apply: (tx, rows, by) => this.qualifications.register.storeAll(tx, rows, by.clientId),
    });
  }
}
