import { Module } from '@nestjs/common';
import { ImportsModule } from '@meistras/platform/imports/imports.module';
import { ClassifierItemsImport } from './classifier-items.import.js';
import { ClassifierItemsService } from './classifier-items.service.js';
import { ClassifierVersionsController } from './classifier-versions.controller.js';
import { ClassifierVersionsService } from './classifier-versions.service.js';
import { ClassifiersController } from './classifiers.controller.js';
import { ClassifiersService } from './classifiers.service.js';

@Module({
  imports: [ImportsModule],
  controllers: [ClassifiersController, ClassifierVersionsController],
  providers: [ClassifiersService, ClassifierVersionsService, ClassifierItemsService, ClassifierItemsImport],
  exports: [ClassifiersService],
})
export class ClassifiersModule {}
