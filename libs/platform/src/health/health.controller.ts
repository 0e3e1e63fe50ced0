import { Controller, Get, Header, HttpCode, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { register } from 'prom-client';
import { Public } from '../auth/access.js';
import { Readiness } from './readiness.js';

@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Public()
  @Get('health/live')
  live(): { status: string } {
    return { status: 'up' };
  }

  @Public()
  @HttpCode(200)
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const dependencies = await this.readiness.check();
    const up = Object.values(dependencies).every((state) => state === 'up');
    if (!up) void reply.status(503);
    return { status: up ? 'up' : 'down', dependencies };
  }

  @Public()
  @Header('content-type', register.contentType)
  @Get('metrics')
  metrics(): Promise<string> {
    return register.metrics();
  }
}
