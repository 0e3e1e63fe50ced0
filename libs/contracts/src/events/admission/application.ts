import { IsIn, IsInt, IsUUID, Min } from 'class-validator';
import { DomainEvent } from '../../event.js';

abstract class ApplicationEvent extends DomainEvent {
  static readonly key = 'applicationId';

  @IsUUID()
  applicationId: string;

  @IsUUID()
  stageId: string;

  @IsInt()
  year: number;

  @IsUUID()
  learnerId: string;

  @IsInt()
  @Min(0)
  preferences: number;

  @IsIn(['SUBMITTED', 'WITHDRAWN'])
  state: 'SUBMITTED' | 'WITHDRAWN';
}

export class ApplicationSubmittedV1 extends ApplicationEvent {
  static readonly type = 'admission.application.submitted.v1';
}
export class ApplicationChangedV1 extends ApplicationEvent {
  static readonly type = 'admission.application.changed.v1';
}
export class ApplicationWithdrawnV1 extends ApplicationEvent {
  static readonly type = 'admission.application.withdrawn.v1';
}
