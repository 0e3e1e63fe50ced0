import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ImportWorker } from '@meistras/platform/imports/import.worker';
import { PersonalCodes } from '../learners/personal-codes.js';
import { StaffPostRow, StaffPostsBulk } from './staff-posts.bulk.js';

/** What tells the sender which row was refused. */
const shown = ['givenName', 'familyName', 'institutionId', 'institutionCode', 'position', 'fullTimeShare'] as const;

/** `kind=staff-posts`. Subjects come with NDJSON only: a cell of a CSV holds no list. */
@Injectable()
export class StaffPostsImport implements OnModuleInit {
  constructor(
    private readonly worker: ImportWorker,
    private readonly posts: StaffPostsBulk,
    private readonly codes: PersonalCodes,
  ) {}

  onModuleInit(): void {
    this.worker.register({
      name: 'staff-posts',
      scope: 'registers.staff:write',
      row: StaffPostRow,
      required: ['givenName', 'familyName', 'position', 'fullTimeShare'],
      numbers: ['fullTimeShare'],
      secrecy: this.codes.secrecyOf<keyof StaffPostRow>(...shown),
      prepare: (row) => this.posts.prepare(row),
      apply: (tx, rows, by) => this.posts.storeAll(tx, rows, by.clientId),
    });
  }
}
