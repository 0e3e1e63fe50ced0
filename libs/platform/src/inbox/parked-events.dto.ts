import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class ParkedEventDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'registers.institution.changed.v1' })
  type: string;
  @ApiProperty({ description: 'Id of the aggregate.' })
  key: string;
  @ApiProperty({ type: 'integer' })
  version: number;
  @ApiProperty({ description: 'Why the consumer refused it.' })
  error: string;
  @ApiProperty({ type: 'integer' })
  attempts: number;
  @ApiProperty({ format: 'date-time' })
  parkedAt: string;
}

export class ParkedEventPageDto {
  @ApiProperty({ type: [ParkedEventDto] })
  items: ParkedEventDto[];
  @ApiPropertyOptional()
  next?: string;
}
