import { ApiProperty } from '@nestjs/swagger';
import type { AccessAlarm } from './access-alarm.entity.js';

export class AccessAlarmDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** @example "school-system" */
  clientId: string;
  /** Different learners read in the window, as far as it had passed when the alarm was raised. */
  @ApiProperty({ type: 'integer', example: 2311 })
  learners: number;
  /** More learners than this raise an alarm. */
  @ApiProperty({ type: 'integer', example: 2000 })
  limit: number;
  @ApiProperty({ type: 'integer', example: 10 })
  windowMinutes: number;
  /** First of these reads. */
  @ApiProperty({ format: 'date-time' })
  firstAt: string;
  /** Last of these reads. */
  @ApiProperty({ format: 'date-time' })
  lastAt: string;
  @ApiProperty({ format: 'date-time' })
  raisedAt: string;
}

export class AccessAlarmPageDto {
  items: AccessAlarmDto[];
  next?: string;
}

export function toAccessAlarmDto({ firstAt, lastAt, raisedAt, ...facts }: AccessAlarm): AccessAlarmDto {
  const { id, clientId, learners, limit, windowMinutes } = facts;
  return {
    ...{ id, clientId, learners, limit, windowMinutes },
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
    raisedAt: raisedAt.toISOString(),
  };
}
