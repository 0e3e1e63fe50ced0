import { Controller } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  QualificationCategoryGrantedV1,
  QualificationCategoryWithdrawnV1,
} from '@meistras/contracts/events/accreditation/qualification-category';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';
import { StaffCategory } from './staff-category.entity.js';

@ApiExcludeController()
@Controller()
export class StaffConsumer {
  @Consumes(QualificationCategoryGrantedV1)
  keepCategory(event: QualificationCategoryGrantedV1, { keep }: Delivery): void {
    keep(StaffCategory, event);
  }

  @Consumes(QualificationCategoryWithdrawnV1)
  endCategory(event: QualificationCategoryWithdrawnV1, { keep }: Delivery): void {
    keep(StaffCategory, event);
  }
}
