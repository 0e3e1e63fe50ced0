import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Relation } from 'typeorm';
import type { StoredJwk } from './client-keys.rules.js';
import { Client } from './client.entity.js';

/** What a client proves itself with: the hash of a secret or a public key. Never removed from the table, only ended. */
@Entity('client_key')
@Index('client_key_client_id', ['clientId'])
@Check('client_key_has_one_kind', '(secret_hash IS NULL) <> (jwk IS NULL)')
export class ClientKey {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'client_key_pk' })
  id: string;

  @Column('text', { name: 'client_id' })
  clientId: string;

  @ManyToOne(() => Client)
  @JoinColumn({ name: 'client_id', foreignKeyConstraintName: 'client_key_client' })
  client?: Relation<Client>;

  @Column('text', { name: 'secret_hash', nullable: true })
  secretHash: string | null;

  @Column('jsonb', { nullable: true })
  jwk: StoredJwk | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'removed_at', nullable: true })
  removedAt: Date | null;
}
