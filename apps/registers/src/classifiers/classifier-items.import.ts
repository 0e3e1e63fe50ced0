import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ImportWorker } from '@meistras/platform/imports/import.worker';
import { DraftItemRow } from './classifier-items.dto.js';
import { ClassifierItemsService } from './classifier-items.service.js';

/** `kind=classifier-items`: items of drafts. An item that is in no row stays as it is. */
@Injectable()
export class ClassifierItemsImport implements OnModuleInit {
  constructor(
    private readonly worker: ImportWorker,
    private readonly items: ClassifierItemsService,
  ) {}

  onModuleInit(): void {
    this.worker.register({
      name: 'classifier-items',
      scope: 'registers.classifiers:write',
      row: DraftItemRow,
      required: ['classifierCode', 'number', 'code', 'nameLt', 'nameEn'],
      numbers: ['number', 'ordinal'],
      apply: (tx, rows) => this.items.storeAll(tx, rows),
    });
  }
}
