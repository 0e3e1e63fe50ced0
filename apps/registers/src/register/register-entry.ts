import { Column } from 'typeorm';

/** What every entry of every register carries beside its facts (registers.md, 2.2). The row shows what holds today. */
export abstract class RegisterEntry {
  abstract id: string;

  abstract state: string;

  @Column('integer')
  version: number;

  /** First day on which the facts hold. */
  @Column('date', { name: 'valid_from' })
  validFrom: string;

  /** First day on which they no longer hold; null while no end is known. */
  @Column('date', { name: 'valid_to', nullable: true })
  validTo: string | null;

  /** When the register came to know them. */
  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;

  /** The API client that stated them. */
  @Column('text')
  provider: string;

  /** The act that they rest on. */
  @Column('text', { name: 'legal_basis', nullable: true })
  legalBasis: string | null;

  /** Why they were changed. */
  @Column('text', { nullable: true })
  reason: string | null;
}

/** Properties that are not facts of an entry but facts about the entry. */
export const entryProperties: ReadonlySet<string> = new Set<keyof RegisterEntry>([
  'id',
  'version',
  'validFrom',
  'validTo',
  'recordedAt',
  'provider',
  'legalBasis',
  'reason',
]);
