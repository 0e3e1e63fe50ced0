import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider } from '@nestjs/common';
import { WebhookDeliverer } from './webhook.deliverer.js';
import { WebhooksController } from './webhooks.controller.js';
import { Webhooks } from './webhooks.service.js';
import { WebhookSettings } from './webhooks.settings.js';

/** Webhooks of a service. Its database has the tables of `createWebhooks`. */
@Module({})
export class WebhooksModule {
  static of(settings: Omit<FactoryProvider<WebhookSettings>, 'provide'>): DynamicModule {
    return {
      module: WebhooksModule,
      controllers: [WebhooksController],
      providers: [Webhooks, WebhookDeliverer, { provide: WebhookSettings, ...settings }],
      exports: [Webhooks],
    };
  }
}
