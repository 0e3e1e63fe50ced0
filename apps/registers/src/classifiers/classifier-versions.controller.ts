import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { IfMatch, NeedsIfMatch, SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery } from '@meistras/platform/paging/paging';
import {
  ClassifierVersionDto,
  CreateVersionDto,
  DifferencePageDto,
  DifferenceQuery,
  EndedItemDto,
  EndItemDto,
  ReplaceItemsDto,
  VersionFactsDto,
  VersionItemParams,
  VersionParams,
} from './classifier-versions.dto.js';
import { ClassifierVersionsService } from './classifier-versions.service.js';
import { ClassifierDto, ClassifierItemPageDto, ClassifierParams, CreateClassifierDto } from './classifiers.dto.js';
import { ClassifiersService } from './classifiers.service.js';
import type { Language } from '@meistras/platform/http/language.rules';
import { InLanguage, SpeaksLanguages } from '@meistras/platform/http/languages';

/** The officer's side: drafts, and what becomes of what is published. */
@ApiTags('classifiers')
@Controller('classifiers')
export class ClassifierVersionsController {
  constructor(
    private readonly versions: ClassifierVersionsService,
    private readonly classifiers: ClassifiersService,
  ) {}

  @Post()
  @SpeaksLanguages()
  @Scope('registers.classifiers:write', { national: true })
  @Operation({ id: 'createClassifier', summary: 'Create a code list, without any version', kind: 'create' })
  create(
    @Body() dto: CreateClassifierDto,
    @Once() once: WriteOnce,
    @InLanguage() language: Language,
  ): Promise<ClassifierDto> {
    return this.versions.create(dto, once, language);
  }

  @Post(':code/versions')
  @SendsETag()
  @Scope('registers.classifiers:write', { national: true })
  @Operation({
    id: 'createClassifierVersion',
    summary: 'Begin a draft of a code list, empty or with the items of the latest published version',
    kind: 'create',
  })
  createVersion(
    @Param() { code }: ClassifierParams,
    @Body() dto: CreateVersionDto,
    @Once() once: WriteOnce,
  ): Promise<ClassifierVersionDto> {
    return this.versions.createVersion(code, dto, once);
  }

  @Get(':code/versions/:number')
  @SendsETag()
  @Scope('registers.classifiers:read', { national: true })
  @Operation({ id: 'getClassifierVersion', summary: 'One version of a code list, drafts too', kind: 'read' })
  getVersion(@Param() { code, number }: VersionParams): Promise<ClassifierVersionDto> {
    return this.versions.get(code, number);
  }

  @Get(':code/versions/:number/items')
  @Paged()
  @SpeaksLanguages()
  @Scope('registers.classifiers:read', { national: true })
  @Operation({
    id: 'listClassifierVersionItems',
    summary: 'Items of one version of a code list, drafts too, by code',
    kind: 'list',
  })
  listItems(
    @Param() { code, number }: VersionParams,
    @Query() query: PageQuery,
    @InLanguage() language: Language,
  ): Promise<ClassifierItemPageDto> {
    return this.versions.listItems({ classifierCode: code, number }, query, language);
  }

  @Get(':code/versions/:number/preview')
  @Paged()
  @SpeaksLanguages()
  @Scope('registers.classifiers:read', { national: true })
  @Operation({
    id: 'previewClassifierVersion',
    summary: 'What would change if a draft were published',
    kind: 'list',
  })
  preview(
    @Param() { code, number }: VersionParams,
    @Query() query: DifferenceQuery,
    @InLanguage() language: Language,
  ): Promise<DifferencePageDto> {
    return this.classifiers.difference({ code, number, state: 'DRAFT' }, query, language);
  }

  @Put(':code/versions/:number')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.classifiers:write', { national: true })
  @Operation({
    id: 'changeClassifierVersion',
    summary: 'Replace period and legal basis of a version; a published one keeps its first day',
    kind: 'change',
  })
  change(
    @Param() { code, number }: VersionParams,
    @Body() dto: VersionFactsDto,
    @IfMatch() version: number,
  ): Promise<ClassifierVersionDto> {
    return this.versions.change({ classifierCode: code, number, version }, dto);
  }

  @Put(':code/versions/:number/items')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.classifiers:write', { national: true })
  @Operation({ id: 'replaceClassifierItems', summary: 'Replace all items of a draft', kind: 'change' })
  replaceItems(
    @Param() { code, number }: VersionParams,
    @Body() dto: ReplaceItemsDto,
    @IfMatch() version: number,
  ): Promise<ClassifierVersionDto> {
    return this.versions.replaceItems({ classifierCode: code, number, version }, dto.items);
  }

  @Post(':code/versions/:number/publish')
  @HttpCode(200)
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.classifiers:write', { national: true })
  @Operation({
    id: 'publishClassifierVersion',
    summary: 'Publish a draft, once and for all',
    kind: 'change',
    also: [422],
  })
  publish(@Param() { code, number }: VersionParams, @IfMatch() version: number): Promise<ClassifierVersionDto> {
    return this.versions.publish({ classifierCode: code, number, version });
  }

  @Put(':code/versions/:number/items/:itemCode/end')
  @SendsETag()
  @NeedsIfMatch()
  @SpeaksLanguages()
  @Scope('registers.classifiers:write', { national: true })
  @Operation({
    id: 'endClassifierItem',
    summary: 'End an item of a published version, and name its successor',
    kind: 'change',
  })
  endItem(
    @Param() { code, number, itemCode }: VersionItemParams,
    @Body() dto: EndItemDto,
    @IfMatch() version: number,
    @InLanguage() language: Language,
  ): Promise<EndedItemDto> {
    return this.versions.endItem({ classifierCode: code, number, version, itemCode }, dto, language);
  }
}
