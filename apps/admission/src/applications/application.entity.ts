import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { FundingFacts } from '../allocation/funding-right.rules.js';
import type { Grade } from '../allocation/score.rules.js';
import type { ApplicantGroup } from '../stages/stage.rules.js';
import type { EntryFacts } from './entry.rules.js';

/** Section 2, Application. Shown to the institutions that are listed, and in no event. */
export interface ApplicantNeeds {
  specialEducation?: boolean;
  medicalFitness?: boolean;
  dormitory?: boolean;
  intendsEmployment?: boolean;
}

/** What an applicant submitted in a stage; one of a learner and stage. */
@Entity('application')
@Unique('application_taken', ['stageId', 'learnerId'])
@Index('application_learner', ['learnerId'])
@Index('application_in', ['stageId', 'id'])
export class Application {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'application_pk' })
  id: string;

  @Column('integer')
  version: number;

  @Column('uuid', { name: 'stage_id' })
  @ForeignKey('Stage', { name: 'application_stage_fk' })
  stageId: string;

  @Column('integer')
  year: number;

  @Column('uuid', { name: 'learner_id' })
  learnerId: string;

  @Column('text')
  state: 'SUBMITTED' | 'WITHDRAWN';

  @Column('jsonb')
  grades: Grade[];

  @Column('jsonb', { name: 'exam_results' })
  examResults: number[];

  /** State-paid qualifications held and what else F-ADM-2 asks. */
  @Column('jsonb', { name: 'funding_facts' })
  fundingFacts: FundingFacts;

  /** Education so far, and what else decides which programmes may be entered. */
  @Column('jsonb', { name: 'entry_facts' })
  entryFacts: EntryFacts;

  /** Whose windows count. */
  @Column('text', { name: 'applicant_group' })
  applicantGroup: ApplicantGroup;

  /** What the applicant asks institutions to heed. */
  @Column('jsonb')
  needs: ApplicantNeeds;

  /** Whether the applicant put the list in order; if not, all VF go above all VNF when it is locked (R-ADM-16). */
  @Column('boolean')
  ordered: boolean;
  /** Codes of the priority criteria met (R-ADM-25). */
  @Column('text', { array: true, default: [] })
  criteria: string[];

  /** Ten-thousandths of a point (F-ADM-1). */
  @Column('integer')
  score: number;

  @Column('text', { name: 'score_formula' })
  scoreFormula: string;

  @Column('timestamptz', { name: 'submitted_at' })
  submittedAt: Date;

  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt: Date;
}
