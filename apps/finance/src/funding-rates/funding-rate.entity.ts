import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** Funds for one credit from a day on, until the next rate. */
@Entity('funding_rate')
@Unique('funding_rate_valid_from', ['validFrom'])
@Check('funding_rate_amount', `amount_minor > 0`)
export class FundingRate {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'funding_rate_pk' })
  id: string;

  /** Cents for one credit. */
  @Column('integer', { name: 'amount_minor' })
  amountMinor: number;

  @Column('text')
  currency: 'EUR';

  @Column('date', { name: 'valid_from' })
  validFrom: string;

  @Column('text')
  act: string;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
