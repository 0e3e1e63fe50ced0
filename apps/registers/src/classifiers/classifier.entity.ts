import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** Head of a code list (R-REG-24). */
@Entity('classifier')
@Check('classifier_code_shape', `code ~ '^KL_[A-Z0-9_]+$'`)
export class Classifier {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'classifier_pk' })
  code: string;

  @Column('text', { name: 'name_lt', nullable: true })
  nameLt: string | null;

  @Column('text', { name: 'name_en' })
  nameEn: string;

  @Column('text')
  purpose: string;

  @Column('text')
  kind: string;

  @Column('text')
  author: string;
}

/** An item is never deleted; it ends and may name a successor (R-REG-25). */
@Entity('classifier_item')
export class ClassifierItem {
  @ForeignKey('Classifier', { name: 'classifier_item_classifier' })
  @PrimaryColumn('text', { name: 'classifier_code', primaryKeyConstraintName: 'classifier_item_pk' })
  classifierCode: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'classifier_item_pk' })
  code: string;

  @Column('integer')
  ordinal: number;

  @Column('text', { name: 'parent_code', nullable: true })
  parentCode: string | null;

  @Column('text', { name: 'name_lt', nullable: true })
  nameLt: string | null;

  @Column('text', { name: 'name_en', nullable: true })
  nameEn: string | null;

  @Column('text', { nullable: true })
  description: string | null;

  /** First day; null is ever since. */
  @Column('date', { name: 'valid_from', nullable: true })
  validFrom: string | null;

  /** First day on which it no longer holds. */
  @Column('date', { name: 'valid_to', nullable: true })
  validTo: string | null;

  @Column('text', { name: 'replaced_by', nullable: true })
  replacedBy: string | null;
}
