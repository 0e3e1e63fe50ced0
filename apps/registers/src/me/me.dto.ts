import { ApiProperty } from '@nestjs/swagger';
import { CertificateEntryDto } from '../certificate-entries/certificate-entries.dto.js';
import { LearnerEntryDto } from '../learner-entries/learner-entries.dto.js';
import { ContactsDto, GuardiansDto, PriorEducationDto, SpecialNeedsDto } from '../learner-files/learner-files.dto.js';
import { LearnerDto } from '../learners/learners.dto.js';

/** Everything that the registers hold about a person as a learner. */
export class MyRecordDto {
  /** The personal code itself is not sent. */
  @ApiProperty({ type: () => LearnerDto })
  learner: LearnerDto;
  holdsPersonalCode: boolean;
  /** Other ids that the person had before two entries were found to be theirs; they lead to this one. */
  @ApiProperty({ type: [String], format: 'uuid' })
  formerIds: string[];
  @ApiProperty({ type: () => GuardiansDto })
  guardians?: GuardiansDto;
  @ApiProperty({ type: () => ContactsDto })
  contacts?: ContactsDto;
  @ApiProperty({ type: () => SpecialNeedsDto })
  specialNeeds?: SpecialNeedsDto;
  @ApiProperty({ type: () => PriorEducationDto })
  priorEducation?: PriorEducationDto;
  @ApiProperty({ type: () => [LearnerEntryDto] })
  enrolments: LearnerEntryDto[];
  @ApiProperty({ type: () => [CertificateEntryDto] })
  certificates: CertificateEntryDto[];
}
