import { Type } from 'class-transformer';
import { IsUUID, ValidateNested } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { AboutDraftDto } from '../drafts/drafts.dto.js';
import { RegisterProgrammeDto } from './programmes.dto.js';

export class ProposeProgrammeDto {
  /** The institution that proposes it. */
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  institutionId: string;

  /** The programme as it is to be registered. */
  @ApiProperty({ type: () => RegisterProgrammeDto })
  @ValidateNested()
  @Type(() => RegisterProgrammeDto)
  facts: RegisterProgrammeDto;
}

export class ProgrammeDraftDto extends AboutDraftDto {
  /** The institution that proposed it. */
  @ApiProperty({ format: 'uuid' })
  institutionId: string;
  @ApiProperty({ type: () => RegisterProgrammeDto })
  facts: RegisterProgrammeDto;
}

export class ProgrammeDraftPageDto {
  items: ProgrammeDraftDto[];
  next?: string;
}
