import { IsUUID } from 'class-validator';
import { OmitType, PartialType } from '@nestjs/swagger';
import { SubmitApplicationDto } from './applications.dto.js';

/** Path parameters. */
export class DraftKeyParams {
  @IsUUID()
  stageId: string;

  @IsUUID()
  learnerId: string;
}

/** What is filled in so far; judged when it is submitted. */
export class SaveDraftDto extends PartialType(OmitType(SubmitApplicationDto, ['learnerId', 'stageId'] as const)) {}

export class DraftDto {
  stageId: string;
  learnerId: string;
  version: number;
  content: SaveDraftDto;
  recordedAt: string;
}
