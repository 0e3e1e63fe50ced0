import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { PlaceMovementPageDto, PlaceMovementsQuery } from './rollover.dto.js';
import { RolloverService } from './rollover.service.js';

@ApiTags('stages')
@Controller('place-movements')
export class RolloverController {
  constructor(private readonly rollover: RolloverService) {}

  @Get()
  @Paged()
  @Scope('admission.campaigns:read')
  @Operation({
    id: 'listPlaceMovements',
    summary: 'State-funded places that a stage left, and where they went',
    description: 'On to the next stage of the campaign; after the last one back to the state.',
    kind: 'list',
  })
  list(@Query() query: PlaceMovementsQuery): Promise<PlaceMovementPageDto> {
    return this.rollover.list(query);
  }
}
