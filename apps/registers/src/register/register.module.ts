import { Module } from '@nestjs/common';
import { Periods } from './periods.js';
import { Registers } from './registers.js';

@Module({ providers: [Periods, Registers], exports: [Periods, Registers] })
export class RegisterModule {}
