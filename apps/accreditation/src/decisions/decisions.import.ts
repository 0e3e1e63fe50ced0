import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ImportWorker } from '@meistras/platform/imports/import.worker';
import { DecisionRow } from './decisions.dto.js';
import { DecisionsService } from './decisions.service.js';

/** `kind=decisions`: an order for many holders, found by the codes of institution and programme. */
@Injectable()
export class DecisionsImport implements OnModuleInit {
  constructor(
    private readonly worker: ImportWorker,
    private readonly decisions: DecisionsService,
  ) {}

  onModuleInit(): void {
    this.worker.register({
      name: 'decisions',
      scope: 'accreditation.procedures:decide',
      row: DecisionRow,
      required: [
        'institutionCodeScheme',
        'institutionCode',
        'programmeCodeScheme',
        'programmeCode',
        'authority',
        'actNumber',
        'actOn',
        'documentHash',
        'validFrom',
      ],
      numbers: [],
      apply: (tx, rows) => this.decisions.storeAll(tx, rows),
    });
  }
}
