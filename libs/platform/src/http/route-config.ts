import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

/** What hooks ask of a route, besides what it has already: Nest's own decorator forgets that. */
export function AlsoConfigures(config: FastifyContextConfig): MethodDecorator {
  return (target, name, descriptor) => {
    const before = (Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, descriptor.value as object) ?? {}) as object;
    (RouteConfig({ ...before, ...config }) as MethodDecorator)(target, name, descriptor);
  };
}
