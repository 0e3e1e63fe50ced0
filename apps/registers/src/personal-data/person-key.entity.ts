import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * The key of a person, learner or member of staff: whatever is sealed of them opens by it alone, and to erase them is to
 * destroy it (ADR 21). This table stands in no ordinary backup.
 */
@Entity('person_key')
export class PersonKey {
  @PrimaryColumn('uuid', { name: 'person_id', primaryKeyConstraintName: 'person_key_pk' })
  personId: string;

  /** 32 random bytes, wrapped by the service's key. */
  @Column('bytea')
  wrapped: Buffer;

  /** Which service key that is. */
  @Column('integer', { name: 'wrapped_by' })
  wrappedBy: number;
}

/** A person of whom something may still be sealed by the service's key, or by none: it is from before it was sealed by theirs. */
@Entity('sealed_before')
export class SealedBefore {
  @PrimaryColumn('uuid', { name: 'person_id', primaryKeyConstraintName: 'sealed_before_pk' })
  personId: string;

  /** They have a key: one that is not here is in a backup, and no other is drawn. */
  @Column('boolean', { default: false })
  keyed: boolean;
}
