import { IsIn, IsInt, IsUUID } from 'class-validator';
import { DomainEvent } from '../../event.js';

export const stageStates = [
  'PLANNED',
  'OPEN',
  'ORDERING',
  'LOCKED',
  'MATCHED',
  'PUBLISHED',
  'SIGNING',
  'CLOSED',
] as const;
export type StageState = (typeof stageStates)[number];

/** One pass of an admission campaign moved on. */
export class StageChangedV1 extends DomainEvent {
  static readonly type = 'admission.stage.changed.v1';
  static readonly key = 'stageId';

  @IsUUID()
  stageId: string;

  @IsInt()
  year: number;

  @IsIn(stageStates)
  state: StageState;
}
