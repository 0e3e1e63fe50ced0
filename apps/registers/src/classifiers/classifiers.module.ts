import { Module } from '@nestjs/common';
import { ClassifiersController } from './classifiers.controller.js';
import { ClassifiersService } from './classifiers.service.js';

@Module({ controllers: [ClassifiersController], providers: [ClassifiersService], exports: [ClassifiersService] })
export class ClassifiersModule {}
