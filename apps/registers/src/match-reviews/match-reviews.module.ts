import { Module } from '@nestjs/common';
import { LearnersModule } from '../learners/learners.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { StaffModule } from '../staff/staff.module.js';
import { MatchFinderService } from './match-finder.service.js';
import { MatchReviewsController } from './match-reviews.controller.js';
import { MatchReviewsService } from './match-reviews.service.js';

@Module({
  imports: [LearnersModule, PoliciesModule, StaffModule],
  controllers: [MatchReviewsController],
  providers: [MatchReviewsService, MatchFinderService],
})
export class MatchReviewsModule {}
