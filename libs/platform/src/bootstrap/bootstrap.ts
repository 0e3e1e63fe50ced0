import 'reflect-metadata';
import { Module } from '@nestjs/common';
import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessGuard } from '../auth/access.guard.js';
import { loadConfig, ServiceConfig } from '../config/config.js';
import { migrate } from '../database/migrate.js';
import { ProblemFilter, sendProblem } from '../errors/problem.filter.js';
import { sendEntityTags } from '../http/etag.js';
import { acceptBodies } from '../http/json-body.js';
import { nameLanguages } from '../http/languages.js';
import { refuseOverload } from '../http/overload.js';
import { InputPipe } from '../http/validation.js';
import { BusStrategy } from '../inbox/bus.strategy.js';
import { OutboxRelay } from '../outbox/outbox.relay.js';
import { PlatformLogger } from '../telemetry/logger.js';
import { requestIdOf, watchRequests } from '../telemetry/http-telemetry.js';
import { PlatformModule } from './platform.module.js';
import type { Replacements } from './platform.module.js';
import type { ServiceDefinition } from './service-definition.js';

const shutdownMs = 10_000;

@Module({})
class RootModule {}

/** Builds the service's HTTP application; listens to nothing yet. Tests use it as it is. */
export async function createService(
  service: ServiceDefinition,
  features: Type[],
  config: ServiceConfig,
  instead: Replacements = {},
): Promise<NestFastifyApplication> {
  const root: DynamicModule = {
    module: RootModule,
    imports: [PlatformModule.forService(service, config, instead), ...features],
  };
  const app = await createHttpApplication(root, service.name, config.LOG_LEVEL);
  app.setGlobalPrefix(`${service.name}/v1`, { exclude: ['health/live', 'health/ready', 'metrics'] });
  app.connectMicroservice({ strategy: app.get(BusStrategy) }, { inheritAppConfig: false });
  refuseOverload(app.getHttpServer(), service.name, config.MAX_REQUESTS_IN_HAND);
  return app;
}

/** A Nest application on Fastify that reads, watches and refuses requests the platform's way. */
export async function createHttpApplication(
  root: DynamicModule,
  service: string,
  logLevel: string,
): Promise<NestFastifyApplication> {
  const logger = new PlatformLogger(service, logLevel);
  const adapter = new FastifyAdapter({
    genReqId: requestIdOf,
    trustProxy: 'loopback',
    // Imports may take long to arrive; slow senders are the gateway's to end.
    requestTimeout: 1_800_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    // Of addresses that lead nowhere: its own answers repeat them.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(error, service, request, reply.header('x-request-id', request.id)),
  });
  const fastify = adapter.getInstance();
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger,
    abortOnError: false,
    bodyParser: false,
  });
  // For HTTP alone: events are checked by the inbox and come from no caller.
  app.useGlobalGuards(app.get(AccessGuard));
  app.useGlobalPipes(new InputPipe());
  app.useGlobalFilters(new ProblemFilter(service));
  watchRequests(fastify, logger.pino);
  acceptBodies(fastify);
  sendEntityTags(fastify);
  nameLanguages(fastify);
  return app;
}

/** Starts a service: configuration, migrations, HTTP, bus; stops it gently on SIGTERM and SIGINT. */
export async function bootstrap(service: ServiceDefinition, features: Type[]): Promise<void> {
  const config = loadConfig(service.config ?? ServiceConfig, process.env);
  await migrate(service, config);
  const app = await createService(service, features, config);
  await app.startAllMicroservices();
  app.get(OutboxRelay).start();
  await app.listen(config.PORT, config.HOST);
  stopGently(app);
}

/** Drains requests, finishes the batch in hand, and is gone within ten seconds. */
export function stopGently(app: INestApplication): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), shutdownMs).unref();
    app.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // A supervisor that started this process with a channel is gone: nobody would stop it any more.
  process.on('disconnect', stop);
}
