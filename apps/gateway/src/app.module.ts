import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { processProviders } from '@meistras/platform/bootstrap/platform.module';
import { HealthController } from '@meistras/platform/health/health.controller';
import { Readiness } from '@meistras/platform/health/readiness';
import type { Clock } from '@meistras/platform/time/clock';
import { DocsController } from './docs/docs.controller.js';
import { DocsPages } from './docs/docs.pages.js';
import { OpenApiDocument } from './docs/openapi-document.js';
import { Entrance } from './entrance/entrance.js';
import { PublicOperations } from './entrance/public-operations.js';
import { RevokedClients } from './entrance/revoked-clients.js';
import { GatewayConfig } from './gateway.config.js';
import { GatewayReadiness } from './gateway.readiness.js';
import { RateLimits } from './limits/rate-limits.js';
import { Addresses } from './proxy/addresses.js';
import { Proxy } from './proxy/proxy.js';

/** The table of contents of the gateway. */
@Module({})
export class GatewayModule {
  static with(config: GatewayConfig, clock?: Clock): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [HealthController, DocsController],
      providers: [
        ...processProviders(config, clock),
        { provide: GatewayConfig, useValue: config },
        { provide: Readiness, useClass: GatewayReadiness },
        Addresses,
        DocsPages,
        Entrance,
        OpenApiDocument,
        Proxy,
        PublicOperations,
        RateLimits,
        RevokedClients,
      ],
    };
  }
}
