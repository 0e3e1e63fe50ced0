import { Check, Column, Entity, Exclusion, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import type { Origin, VersionState } from './classifier.rules.js';

/** Head of a code list (R-REG-24). What is in it, and when, is said by its versions. */
@Entity('classifier')
@Check('classifier_code_shape', `code ~ '^KL_[A-Z0-9_]+$'`)
@Unique('classifier_id_taken', ['id'])
export class Classifier {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'classifier_code_taken' })
  code: string;

  /** Key of its events; the code is its name everywhere else. */
  @Column('uuid')
  id: string;

  /** Counts its events. */
  @Column('integer')
  version: number;

  @Column('text', { name: 'name_lt', nullable: true })
  nameLt: string | null;

  @Column('text', { name: 'name_en' })
  nameEn: string;

  @Column('text', { name: 'name_vi', nullable: true })
  nameVi: string | null;

  @Column('text')
  purpose: string;

  @Column('text')
  type: string;

  @Column('text')
  author: string;

  /** Legal basis. */
  @Column('text', { nullable: true })
  act: string | null;

  /** The classifier that the items above are in; null is this one. */
  @Column('text', { name: 'parent_classifier', nullable: true })
  parentClassifier: string | null;

  @Column('text')
  origin: Origin;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}

/** What a classifier held in a period. Published versions of one classifier share no day: the schema sees to it. */
@Entity('classifier_version')
@Check('classifier_version_number', 'number >= 1')
@Check('classifier_version_state', `state IN ('DRAFT', 'PUBLISHED')`)
@Check('classifier_version_period', 'valid_from < valid_to')
@Exclusion(
  'classifier_version_overlap',
  `USING gist (classifier_code WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (state = 'PUBLISHED')`,
)
export class ClassifierVersion {
  @ForeignKey('Classifier', { name: 'classifier_version_classifier' })
  @PrimaryColumn('text', { name: 'classifier_code', primaryKeyConstraintName: 'classifier_version_pk' })
  classifierCode: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'classifier_version_pk' })
  number: number;

  /** Counts changes, those of its items too: its entity tag. */
  @Column('integer')
  version: number;

  @Column('text')
  state: VersionState;

  /** First day; null is ever since. */
  @Column('date', { name: 'valid_from', nullable: true })
  validFrom: string | null;

  /** First day on which it no longer holds. */
  @Column('date', { name: 'valid_to', nullable: true })
  validTo: string | null;

  /** Legal basis. */
  @Column('text', { nullable: true })
  act: string | null;

  @Column('text')
  origin: Origin;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;

  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt: Date | null;
}

/** An item of a published version is never deleted; it ends and may name a successor (R-REG-25). */
@Entity('classifier_item')
@Check('classifier_item_period', 'valid_from < valid_to')
@ForeignKey('ClassifierVersion', ['classifierCode', 'number'], ['classifierCode', 'number'], {
  name: 'classifier_item_version',
})
export class ClassifierItem {
  // The number comes last in the key: a code is looked up through all versions at once.
  @PrimaryColumn('text', { name: 'classifier_code', primaryKeyConstraintName: 'classifier_item_pk' })
  classifierCode: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'classifier_item_pk' })
  code: string;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'classifier_item_pk' })
  number: number;

  @Column('integer')
  ordinal: number;

  @Column('text', { name: 'parent_code', nullable: true })
  parentCode: string | null;

  @Column('text', { name: 'name_lt', nullable: true })
  nameLt: string | null;

  @Column('text', { name: 'name_en', nullable: true })
  nameEn: string | null;

  @Column('text', { name: 'name_vi', nullable: true })
  nameVi: string | null;

  @Column('text', { name: 'description_lt', nullable: true })
  descriptionLt: string | null;

  @Column('text', { name: 'description_en', nullable: true })
  descriptionEn: string | null;

  @Column('text', { name: 'description_vi', nullable: true })
  descriptionVi: string | null;

  /** First day; null is as long as the version. */
  @Column('date', { name: 'valid_from', nullable: true })
  validFrom: string | null;

  /** First day on which it no longer holds. */
  @Column('date', { name: 'valid_to', nullable: true })
  validTo: string | null;

  @Column('text', { name: 'replaced_by', nullable: true })
  replacedBy: string | null;

  /** Code and names without case and accents. */
  @Column('text', { name: 'search_key' })
  searchKey: string;

  @Column('text')
  origin: Origin;
}
