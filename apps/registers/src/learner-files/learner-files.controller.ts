import { Body, Controller, Get, Param, ParseUUIDPipe, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentReading, StatesPurpose } from '@meistras/platform/access-log/reading';
import type { Reading } from '@meistras/platform/access-log/reading';
import { Scope } from '@meistras/platform/auth/access';
import { SendsETag, TakesIfMatch } from '@meistras/platform/http/etag';
import { Operation } from '@meistras/platform/openapi/operation';
import { PutBy } from '../register/by.js';
import type { ByIfGiven } from '../register/by.js';
import { AsOfQuery, HistoryDto } from '../register/register.dto.js';
import {
  ContactsDto,
  GuardiansDto,
  PriorEducationDto,
  SpecialNeedsDto,
  StatedContactsDto,
  StatedGuardiansDto,
  StatedPriorEducationDto,
  StatedSpecialNeedsDto,
} from './learner-files.dto.js';
import { LearnerFilesService } from './learner-files.service.js';

const restricted =
  'Restricted: needs its own scope and, to be read, `X-Purpose`. A client that does not act nationally reaches the learners of its institutions.';
const needed = 'It must be stated.';

/** What is kept of a learner beside the person, each kind on a scope of its own. */
@ApiTags('learners')
@Controller('learners/:id')
export class LearnerFilesController {
  constructor(private readonly files: LearnerFilesService) {}

  @Get('guardians')
  @SendsETag()
  @StatesPurpose(needed)
  @Scope('registers.guardians:read')
  @Operation({
    id: 'getLearnerGuardians',
    summary: 'Who stands up for a learner by law',
    description: restricted,
    kind: 'read',
    also: [308, 410],
  })
  getGuardians(
    @Param('id', ParseUUIDPipe) learnerId: string,
    @Query() asOf: AsOfQuery,
    @CurrentReading() reading: Reading,
  ): Promise<GuardiansDto> {
    return this.files.get({ learnerId, kind: 'GUARDIANS', reading }, asOf);
  }

  @Put('guardians')
  @SendsETag()
  @TakesIfMatch()
  @Scope('registers.guardians:write')
  @Operation({
    id: 'putLearnerGuardians',
    summary: 'Who stands up for a learner by law: state anew',
    description: restricted,
    kind: 'upsert',
    also: [308, 410],
  })
  putGuardians(
    @Param('id', ParseUUIDPipe) learnerId: string,
    @Body() dto: StatedGuardiansDto,
    @CurrentReading() reading: Reading,
    @PutBy() by: ByIfGiven,
  ): Promise<GuardiansDto> {
    return this.files.put({ learnerId, kind: 'GUARDIANS', reading }, dto, by.readVersion);
  }

  @Get('guardians/history')
  @StatesPurpose(needed)
  @Scope('registers.guardians:read')
  @Operation({
    id: 'getLearnerGuardiansHistory',
    summary: 'Who stands up for a learner by law: what was and is believed',
    description: restricted,
    kind: 'read',
    also: [308, 410],
  })
  getGuardiansHistory(
    @Param('id', ParseUUIDPipe) learnerId: string,
    @CurrentReading() reading: Reading,
  ): Promise<HistoryDto> {
    return this.files.history({ learnerId, kind: 'GUARDIANS', reading });
  }

  @Get('contacts')
  @SendsETag()
  @StatesPurpose(needed)
  @Scope('registers.contacts:read')
  @Operation({
    id: 'getLearnerContacts',
    summary: 'How a learner is reached',
    description: restricted,
    kind: 'read',
    also: [308, 410],
  })
  getContacts(
    @Param('id', ParseUUIDPipe) learnerId: string,
    @Query() asOf: AsOfQuery,
    @CurrentReading() reading: Reading,
  ): Promise<ContactsDto> {
    return this.files.get({ learnerId, kind: 'CONTACTS', reading }, asOf);
  }

  @Put('contacts')
  @SendsETag()
  @TakesIfMatch()
  @Scope('registers.contacts:write')
  @Operation({
    id: 'putLearnerContacts',
    summary: 'How a learner is reached: state anew',
    description: restricted,
    kind: 'upsert',
    also: [308, 410],
  })
  putContacts(
    @Param('id', ParseUUIDPipe) learnerId: string,
    @Body() dto: StatedContactsDto,
    @CurrentReading() reading: Reading,
    @PutBy() by: ByIfGiven,
  ): Promise<ContactsDto> {
    return this.files.put({ learnerId, kind: 'CONTACTS', reading }, dto, by.readVersion);
  }

  @Get('contacts/history')
  @StatesPurpose(needed)
  @Scope('registers.contacts:read')
  @Operation({
    id: 'getLearnerContactsHistory',
    summary: 'How a learner is reached: what was and is believed',
    description: restricted,
    kind: 'read',
    also: [308, 410],
  })
  getContactsHistory(
    @Param('id', ParseUUIDPipe) learnerId: string,
    @CurrentReading() reading: Reading,
  ): Promise<HistoryDto> {
    return this.files.history({ learnerId, kind: 'CONTACTS', reading });
  }

  @Get('special-needs')
  @SendsETag()
  @StatesPurpose(needed)
  @Scope('registers.special-needs:read')
  @Operation({
    id: 'getLearnerSpecialNeeds',
    summary: 'Special educational needs of a learner',
    description: restricted,
    kind: 'read',
    also: [308, 410],
  })
  getSpecialNeeds(
    @Param('id', ParseUUIDPipe) learnerId: string,
    @Query() asOf: AsOfQuery,
    @CurrentReading() reading: Reading,
  ): Promise<SpecialNeedsDto> {
    return this.files.get({ learnerId, kind: 'SPECIAL_NEEDS', reading }, asOf);
  }

  @Put('special-needs')
  @SendsETag()
  @TakesIfMatch()
  @Scope('registers.special-needs:write')
  @Operation({
    id: 'putLearnerSpecialNeeds',
    summary: 'Special educational needs of a learner: state anew',
    description: restricted,
    kind: 'upsert',
    also: [308, 410],
  })
  putSpecialNeeds(
    @Param('id', ParseUUIDPipe) learnerId: string,
    @Body() dto: StatedSpecialNeedsDto,
    @CurrentReading() reading: Reading,
    @PutBy() by: ByIfGiven,
  ): Promise<SpecialNeedsDto> {
    return this.files.put({ learnerId, kind: 'SPECIAL_NEEDS', reading }, dto, by.readVersion);
  }

  @Get('special-needs/history')
  @StatesPurpose(needed)
  @Scope('registers.special-needs:read')
  @Operation({
    id: 'getLearnerSpecialNeedsHistory',
    summary: 'Special educational needs of a learner: what was and is believed',
    description: restricted,
    kind: 'read',
    also: [308, 410],
  })
  getSpecialNeedsHistory(
    @Param('id', ParseUUIDPipe) learnerId: string,
    @CurrentReading() reading: Reading,
  ): Promise<HistoryDto> {
    return this.files.history({ learnerId, kind: 'SPECIAL_NEEDS', reading });
  }

  @Get('prior-education')
  @SendsETag()
  @StatesPurpose(needed)
  @Scope('registers.prior-education:read')
  @Operation({
    id: 'getLearnerPriorEducation',
    summary: 'Education that a learner brought along',
    description: restricted,
    kind: 'read',
    also: [308, 410],
  })
  getPriorEducation(
    @Param('id', ParseUUIDPipe) learnerId: string,
    @Query() asOf: AsOfQuery,
    @CurrentReading() reading: Reading,
  ): Promise<PriorEducationDto> {
    return this.files.get({ learnerId, kind: 'PRIOR_EDUCATION', reading }, asOf);
  }

  @Put('prior-education')
  @SendsETag()
  @TakesIfMatch()
  @Scope('registers.prior-education:write')
  @Operation({
    id: 'putLearnerPriorEducation',
    summary: 'Education that a learner brought along: state anew',
    description: restricted,
    kind: 'upsert',
    also: [308, 410],
  })
  putPriorEducation(
    @Param('id', ParseUUIDPipe) learnerId: string,
    @Body() dto: StatedPriorEducationDto,
    @CurrentReading() reading: Reading,
    @PutBy() by: ByIfGiven,
  ): Promise<PriorEducationDto> {
    return this.files.put({ learnerId, kind: 'PRIOR_EDUCATION', reading }, dto, by.readVersion);
  }

  @Get('prior-education/history')
  @StatesPurpose(needed)
  @Scope('registers.prior-education:read')
  @Operation({
    id: 'getLearnerPriorEducationHistory',
    summary: 'Education that a learner brought along: what was and is believed',
    description: restricted,
    kind: 'read',
    also: [308, 410],
  })
  getPriorEducationHistory(
    @Param('id', ParseUUIDPipe) learnerId: string,
    @CurrentReading() reading: Reading,
  ): Promise<HistoryDto> {
    return this.files.history({ learnerId, kind: 'PRIOR_EDUCATION', reading });
  }
}
