import { Module } from '@nestjs/common';
import { FactsConsumer } from './facts.consumer.js';

@Module({ controllers: [FactsConsumer] })
export class FactsModule {}
