import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ImportWorker } from '@meistras/platform/imports/import.worker';
import { RegisterEmployerDto } from './employers.dto.js';
import { EmployersService } from './employers.service.js';

/** `kind=employers`. */
@Injectable()
export class EmployersImport implements OnModuleInit {
  constructor(
    private readonly worker: ImportWorker,
    private readonly employers: EmployersService,
  ) {}

  onModuleInit(): void {
    this.worker.register({
      name: 'employers',
      scope: 'registers.employers:write',
      row: RegisterEmployerDto,
      required: ['codeScheme', 'code', 'name'],
      numbers: [],
      apply: (tx, rows, by) => this.employers.register.storeAll(tx, rows, by.clientId),
    });
  }
}
