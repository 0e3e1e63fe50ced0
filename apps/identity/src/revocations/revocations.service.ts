import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '@meistras/platform/time/clock';
import { IdentityConfig } from '../identity.config.js';
import type { RevocationsDto } from './revocations.dto.js';

interface RevocationRow {
  id: string;
  state: 'ACTIVE' | 'REVOKED';
  tokens_not_before: Date;
}

@Injectable()
export class RevocationsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly config: IdentityConfig,
  ) {}

  /** Older ones have no token left that anybody would accept. */
  async listSince(since = new Date(0)): Promise<RevocationsDto> {
    const now = this.clock.now();
    const lifetimeAgo = new Date(now.getTime() - this.config.TOKEN_LIFETIME_SECONDS * 1_000);
    const rows: RevocationRow[] = await this.dataSource.query(
      'SELECT id, state, tokens_not_before FROM client WHERE tokens_not_before >= $1 ORDER BY tokens_not_before, id',
      [since > lifetimeAgo ? since : lifetimeAgo],
    );
    return {
      items: rows.map((row) => ({
        clientId: row.id,
        tokensNotBefore: row.tokens_not_before.toISOString(),
        state: row.state,
      })),
      asOf: now.toISOString(),
    };
  }
}
