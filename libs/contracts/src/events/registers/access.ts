import { IsInt, IsISO8601, IsString, IsUUID, Min } from 'class-validator';
import { DomainEvent } from '../../event.js';

/** A client read more persons in a short time than the policy lets pass in silence. Says who and how many, never whom. */
export class AccessAlarmRaisedV1 extends DomainEvent {
  static readonly type = 'registers.access.alarm-raised.v1';
  static readonly key = 'alarmId';

  @IsUUID()
  alarmId: string;

  @IsString()
  clientId: string;

  /** Different learners read in the window, as far as it had passed when the alarm was raised. */
  @IsInt()
  @Min(1)
  learners: number;

  /** More learners than this raise an alarm. */
  @IsInt()
  @Min(0)
  limit: number;

  @IsInt()
  @Min(1)
  windowMinutes: number;

  /** First of these reads. */
  @IsISO8601()
  firstAt: string;

  /** Last of these reads. */
  @IsISO8601()
  lastAt: string;
}
