import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('account')
@Check('account_code_shape', `code ~ '^[0-9]{7}$'`)
@Check('account_nature', `nature IN ('ASSET', 'LIABILITY', 'NET_ASSET', 'REVENUE', 'EXPENSE')`)
export class Account {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'account_pk' })
  code: string;

  @Column('text')
  name: string;

  @Column('text')
  nature: 'ASSET' | 'LIABILITY' | 'NET_ASSET' | 'REVENUE' | 'EXPENSE';

  @Column('date', { name: 'valid_from' })
  validFrom: string;

  @Column('date', { name: 'valid_to', nullable: true })
  validTo: string | null;
}
