import { IsIn, IsString } from 'class-validator';
import { DomainEvent } from '../../event.js';

abstract class ClientEvent extends DomainEvent {
  static readonly key = 'clientId';

  @IsString()
  clientId: string;

  @IsIn(['ACTIVE', 'REVOKED'])
  state: 'ACTIVE' | 'REVOKED';
}

export class ClientRegisteredV1 extends ClientEvent {
  static readonly type = 'identity.client.registered.v1';
}
/** Keys, scopes or institutions changed. */
export class ClientChangedV1 extends ClientEvent {
  static readonly type = 'identity.client.changed.v1';
}
export class ClientRevokedV1 extends ClientEvent {
  static readonly type = 'identity.client.revoked.v1';
}
