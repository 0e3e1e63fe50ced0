import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { ApplicationsService } from '../applications/applications.service.js';
import { OptionsService } from '../applications/options.service.js';
import { MyApplicationsDto, OptionPageDto, OptionsQuery, toOptionDto } from './me.dto.js';

/** What the person whom the token names asks about themselves. Lists, places and complaints are changed where they are. */
@ApiTags('me')
@Controller('me')
export class MeController {
  constructor(
    private readonly applications: ApplicationsService,
    private readonly options: OptionsService,
  ) {}

  @Get('applications')
  @Scope('admission.applications:read')
  @Operation({ id: 'listMyApplications', summary: 'What have I applied for?', kind: 'list' })
  async list(@CurrentActor() by: Actor): Promise<MyApplicationsDto> {
    return { items: await this.applications.ofPerson(by.mustBePerson(), by) };
  }

  @Get('options')
  @Paged()
  @Scope('admission.applications:read')
  @Operation({
    id: 'listMyOptions',
    summary: 'What may I choose, and where is a state-funded place open to me?',
    description: 'Judged by what the own application in the stage states, or the own draft.',
    kind: 'list',
    also: [409],
  })
  async listOptions(@Query() query: OptionsQuery, @CurrentActor() by: Actor): Promise<OptionPageDto> {
    const page = await this.options.of(by.mustBePerson(), query);
    return { ...page, items: page.items.map(toOptionDto) };
  }
}
