import { Module } from '@nestjs/common';
import { ReferenceConsumer } from './reference.consumer.js';

@Module({ controllers: [ReferenceConsumer] })
export class ReferenceModule {}
