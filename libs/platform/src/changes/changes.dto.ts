import { ApiProperty } from '@nestjs/swagger';

export class ChangeDto {
  @ApiProperty({ description: 'Type of the event.', example: 'registers.institution.changed.v1' })
  type: string;
  @ApiProperty({ format: 'uuid', description: 'The changed object.' })
  id: string;
  @ApiProperty({ type: 'integer', description: 'Version of the object after the change.' })
  version: number;
  @ApiProperty({ format: 'date-time' })
  occurredAt: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'State after the change, as in the event; natural keys, no personal data.',
  })
  state: Record<string, unknown>;
}

export class ChangePageDto {
  @ApiProperty({ type: [ChangeDto] })
  items: ChangeDto[];
  @ApiProperty({ description: 'Pass it as `after` to go on; also when there was nothing new.' })
  highWatermark: string;
}
