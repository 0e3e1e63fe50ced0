import { Controller, Get, Headers } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Authenticated } from '@meistras/platform/auth/access';
import { bearerOf, TokenVerifier } from '@meistras/platform/auth/token-verifier';
import { Operation } from '@meistras/platform/openapi/operation';
import { Clock } from '@meistras/platform/time/clock';
import { IdentityConfig } from '../identity.config.js';
import { MeDto, toMeDto } from './me.dto.js';

@ApiTags('me')
@Controller('me')
export class MeController {
  constructor(
    private readonly tokens: TokenVerifier,
    private readonly config: IdentityConfig,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Authenticated()
  @Operation({ id: 'getMe', summary: 'Who the caller is, what it may do and how often', kind: 'read' })
  async get(@Headers('authorization') authorization: string): Promise<MeDto> {
    const token = bearerOf(authorization) ?? '';
    const now = Math.floor(this.clock.now().getTime() / 1_000);
    const { actor, expiresAt } = this.tokens.recallToken(token, now) ?? (await this.tokens.verify(token));
    return toMeDto(actor, new Date(expiresAt * 1_000), this.config);
  }
}
