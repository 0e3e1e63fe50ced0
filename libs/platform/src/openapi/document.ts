import { Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { PlatformModule } from '../bootstrap/platform.module.js';
import type { ServiceDefinition } from '../bootstrap/service-definition.js';
import { ServiceConfig } from '../config/config.js';
import { Problem, ProblemFault } from '../errors/problem.js';
import { refine } from './refine.js';

@Module({})
class RootModule {}

/** The OpenAPI 3.1 document of one service, from its controllers alone: nothing is connected or started. */
export async function describeService(service: ServiceDefinition, features: Type[]): Promise<OpenAPIObject> {
  const root: DynamicModule = {
    module: RootModule,
    imports: [PlatformModule.forService(service, new (service.config ?? ServiceConfig)()), ...features],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  app.setGlobalPrefix(`${service.name}/v1`, { exclude: ['health/live', 'health/ready', 'metrics'] });
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(`Meistras ${service.name}`)
    .setVersion('1')
    .addOAuth2({ type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/oauth/token', scopes: {} } } }, 'oauth2')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [Problem, ProblemFault],
    operationIdFactory: (_controller, method) => method,
  });
  return refine(document);
}
