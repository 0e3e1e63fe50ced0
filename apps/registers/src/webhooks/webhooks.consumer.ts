import { Controller } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ClientChangedV1, ClientRevokedV1 } from '@meistras/contracts/events/identity/client';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';
import { Webhooks } from '@meistras/platform/webhooks/webhooks.service';

/** Access dies with its reason (T13): a webhook sends what its client might read when it last asked. */
@ApiExcludeController()
@Controller()
export class WebhooksConsumer {
  constructor(private readonly webhooks: Webhooks) {}

  @Consumes(ClientRevokedV1)
  removeWebhooksOfRevokedClient({ clientId }: ClientRevokedV1, { tx }: Delivery): Promise<void> {
    return this.webhooks.removeAllOf(tx, clientId);
  }

  @Consumes(ClientChangedV1)
  parkWebhooksUntilClientAsksAgain({ clientId }: ClientChangedV1, { tx, occurredAt }: Delivery): Promise<void> {
    return this.webhooks.parkAllOf(tx, clientId, occurredAt);
  }
}
