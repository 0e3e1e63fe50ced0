import { Module } from '@nestjs/common';
import { ImportWorker } from './import.worker.js';
import { ImportsController } from './imports.controller.js';
import { Imports } from './imports.service.js';

/** Imported by a service that takes rows in bulk; its features register their kinds at the ImportWorker. */
@Module({ controllers: [ImportsController], providers: [Imports, ImportWorker], exports: [ImportWorker] })
export class ImportsModule {}
