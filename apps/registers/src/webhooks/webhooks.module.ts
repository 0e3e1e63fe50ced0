import { hkdfSync } from 'node:crypto';
import { Module } from '@nestjs/common';
import { WebhooksModule } from '@meistras/platform/webhooks/webhooks.module';
import { WebhookSettings } from '@meistras/platform/webhooks/webhooks.settings';
import { RegistersConfig } from '../registers.config.js';
import { WebhooksConsumer } from './webhooks.consumer.js';

const feeds = [
  { topic: 'registers.institution', scope: 'registers.institutions:read' },
  { topic: 'registers.programme', scope: 'registers.programmes:read' },
  { topic: 'registers.learner', scope: 'registers.learners:read', ofInstitutions: true },
  { topic: 'registers.employer', scope: 'registers.employers:read' },
  { topic: 'registers.non-formal-programme', scope: 'registers.non-formal-programmes:read' },
  { topic: 'registers.classifier', scope: 'registers.classifiers:read' },
] as const;

/** Its key is another one than that which it is derived from, and tells nothing of it (RFC 5869). */
function settingsOf({ PERSONAL_CODE_INDEX_KEY }: RegistersConfig): WebhookSettings {
  const secret = Buffer.from(PERSONAL_CODE_INDEX_KEY, 'base64');
  return new WebhookSettings(feeds, Buffer.from(hkdfSync('sha256', secret, '', 'webhooks', 32)));
}

@Module({
  imports: [WebhooksModule.of({ useFactory: settingsOf, inject: [RegistersConfig] })],
  controllers: [WebhooksConsumer],
})
export class RegistersWebhooksModule {}
