import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/policies.module.js';
import { SnapshotsController } from './snapshots.controller.js';
import { SnapshotsService } from './snapshots.service.js';

@Module({ imports: [PoliciesModule], controllers: [SnapshotsController], providers: [SnapshotsService] })
export class SnapshotsModule {}
