import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery } from '@meistras/platform/paging/paging';
import {
  ClassifierDto,
  ClassifierItemPageDto,
  ClassifierItemsQuery,
  ClassifierPageDto,
  ClassifierParams,
} from './classifiers.dto.js';
import { ClassifiersService } from './classifiers.service.js';

@ApiTags('classifiers')
@Controller('classifiers')
export class ClassifiersController {
  constructor(private readonly classifiers: ClassifiersService) {}

  @Get()
  @Paged()
  @Scope('registers.classifiers:read')
  @Operation({ id: 'listClassifiers', summary: 'Official code lists, by short name', kind: 'list' })
  list(@Query() query: PageQuery): Promise<ClassifierPageDto> {
    return this.classifiers.list(query);
  }

  @Get(':code')
  @Scope('registers.classifiers:read')
  @Operation({ id: 'getClassifier', summary: 'One code list, without its items', kind: 'read' })
  get(@Param() { code }: ClassifierParams): Promise<ClassifierDto> {
    return this.classifiers.get(code);
  }

  @Get(':code/items')
  @Paged()
  @Scope('registers.classifiers:read')
  @Operation({ id: 'listClassifierItems', summary: 'Items of a code list, by code', kind: 'list' })
  listItems(@Param() { code }: ClassifierParams, @Query() query: ClassifierItemsQuery): Promise<ClassifierItemPageDto> {
    return this.classifiers.listItems(code, query);
  }
}
