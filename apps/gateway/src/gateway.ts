import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpApplication } from '@meistras/platform/bootstrap/bootstrap';
import { requestIdOf } from '@meistras/platform/telemetry/http-telemetry';
import type { Clock } from '@meistras/platform/time/clock';
import { GatewayModule } from './app.module.js';
import type { GatewayConfig } from './gateway.config.js';
import { answerClientErrors } from './problems/client-errors.js';
import { onErrorPages } from './problems/refusal.js';

/** How long a request's head may take: a client that sends it drop by drop is cut off. */
const headersTimeoutMs = 15_000;

/** Builds the gateway; listens to nothing yet. */
export async function createGateway(config: GatewayConfig, clock?: Clock): Promise<NestFastifyApplication> {
  const app = await createHttpApplication(GatewayModule.with(config, clock), 'gateway', config.LOG_LEVEL);
  const server = app.getHttpServer();
  server.requestTimeout = config.REQUEST_TIMEOUT_MS;
  server.headersTimeout = headersTimeoutMs;
  answerClientErrors(server);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.setGenReqId(idOf);
  onErrorPages(fastify);
  return app;
}

/** Node keeps random UUIDs in store; a UUIDv7 draws its random bytes anew and took a tenth of a request. */
function idOf(request: IncomingMessage): string {
  return request.headers['x-request-id'] === undefined ? randomUUID() : requestIdOf(request);
}
