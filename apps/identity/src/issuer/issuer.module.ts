import { Module } from '@nestjs/common';
import { Issuer } from './issuer.service.js';
import { Seal } from './seal.service.js';
import { SigningKeys } from './signing-keys.service.js';

@Module({ providers: [Issuer, Seal, SigningKeys], exports: [Seal] })
export class IssuerModule {}
