import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AuthMethod } from './client-keys.rules.js';

/** An API client: a school's system, a ministry's service, another register. */
@Entity('client')
@Index('client_tokens_not_before', ['tokensNotBefore'])
@Check('client_revoked_has_instant', `(state = 'REVOKED') = (revoked_at IS NOT NULL)`)
export class Client {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'client_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('text')
  name: string;

  @Column('text', { array: true })
  scopes: string[];

  /** Acts for the whole country. */
  @Column('boolean')
  national: boolean;

  @Column('uuid', { array: true })
  institutions: string[];

  /** ISO 3166-2 codes of the municipalities whose area it reads. */
  @Column('text', { array: true, default: [] })
  municipalities: string[];

  @Column('text', { name: 'auth_method' })
  authMethod: AuthMethod;

  @Column('text')
  state: 'ACTIVE' | 'REVOKED';

  @Column('timestamptz', { name: 'registered_at' })
  registeredAt: Date;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt: Date | null;

  /** Tokens issued before it are closed: the client was revoked, or may do less than before. */
  @Column('timestamptz', { name: 'tokens_not_before', nullable: true })
  tokensNotBefore: Date | null;
}
