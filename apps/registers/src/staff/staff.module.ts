import { Module } from '@nestjs/common';
import { ImportsModule } from '@meistras/platform/imports/imports.module';
import { PersonalDataModule } from '../personal-data/personal-data.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { RegisterModule } from '../register/register.module.js';
import { StaffMembersController } from './staff-members.controller.js';
import { StaffMembersService } from './staff-members.service.js';
import { StaffMergesService } from './staff-merges.service.js';
import { StaffPersonsService } from './staff-persons.service.js';
import { StaffPostsBulk } from './staff-posts.bulk.js';
import { StaffPostsController } from './staff-posts.controller.js';
import { StaffPostsImport } from './staff-posts.import.js';
import { StaffPostsService } from './staff-posts.service.js';
import { StaffConsumer } from './staff.consumer.js';

@Module({
  imports: [ImportsModule, PersonalDataModule, PoliciesModule, RegisterModule],
  controllers: [StaffMembersController, StaffPostsController, StaffConsumer],
  providers: [
    StaffMergesService,
    StaffMembersService,
    StaffPersonsService,
    StaffPostsService,
    StaffPostsBulk,
    StaffPostsImport,
  ],
  exports: [StaffMembersService, StaffMergesService],
})
export class StaffModule {}
