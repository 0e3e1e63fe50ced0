import { Module } from '@nestjs/common';
import { KnownConsumer } from './known.consumer.js';
import { KnownService } from './known.service.js';

@Module({ controllers: [KnownConsumer], providers: [KnownService], exports: [KnownService] })
export class KnownModule {}
