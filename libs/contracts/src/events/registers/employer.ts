import { IsIn, IsInt, IsString, IsUUID, Min } from 'class-validator';
import { DomainEvent } from '../../event.js';

abstract class EmployerEvent extends DomainEvent {
  static readonly key = 'employerId';

  @IsUUID()
  employerId: string;

  /** `JAR` (Register of Legal Entities) or another country's scheme. */
  @IsString()
  codeScheme: string;

  @IsString()
  code: string;

  /** Learners whom its accredited workplaces may take at the same time, on the day of the event. */
  @IsInt()
  @Min(0)
  capacity: number;

  @IsIn(['REGISTERED', 'DEREGISTERED'])
  state: 'REGISTERED' | 'DEREGISTERED';
}

export class EmployerRegisteredV1 extends EmployerEvent {
  static readonly type = 'registers.employer.registered.v1';
}
export class EmployerChangedV1 extends EmployerEvent {
  static readonly type = 'registers.employer.changed.v1';
}
