import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public, Scope } from '@meistras/platform/auth/access';
import { Changes } from '@meistras/platform/changes/changes';
import { ChangePageDto } from '@meistras/platform/changes/changes.dto';
import { Exports, SendsExport } from '@meistras/platform/exports/exports';
import { SharedAnswer } from '@meistras/platform/http/shared-answer';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery } from '@meistras/platform/paging/paging';
import { ExportQuery } from '../register/register.dto.js';
import {
  ClassifierVersionPageDto,
  DifferencePageDto,
  DifferenceQuery,
  VersionParams,
} from './classifier-versions.dto.js';
import {
  ClassifierDto,
  ClassifierItemPageDto,
  ClassifierItemsQuery,
  ClassifierPageDto,
  ClassifierParams,
  ClassifierQuery,
  ClassifiersQuery,
} from './classifiers.dto.js';
import { ClassifiersService } from './classifiers.service.js';
import type { Language } from '@meistras/platform/http/language.rules';
import { InLanguage, SpeaksLanguages } from '@meistras/platform/http/languages';

/** What is published, for everybody. */
@ApiTags('classifiers')
@Controller('classifiers')
export class ClassifiersController {
  constructor(
    private readonly classifiers: ClassifiersService,
    private readonly changes: Changes,
    private readonly exports: Exports,
  ) {}

  @Get()
  @Paged()
  @SharedAnswer()
  @SpeaksLanguages()
  @Public()
  @Operation({ id: 'listClassifiers', summary: 'Official code lists, by short name', kind: 'public-read' })
  list(@Query() query: ClassifiersQuery, @InLanguage() language: Language): Promise<ClassifierPageDto> {
    return this.classifiers.list(query, language);
  }

  @Get('changes')
  @Scope('registers.classifiers:read')
  @Operation({
    id: 'listClassifierChanges',
    summary: 'Every change of what is published, in order, without gaps',
    kind: 'list',
  })
  listChanges(@Query() query: PageQuery): Promise<ChangePageDto> {
    return this.changes.list('registers.classifier', query, null);
  }

  @Get('export')
  @SendsExport()
  @Scope('registers.classifiers:read')
  @Operation({
    id: 'exportClassifierItems',
    summary: 'Items of all published versions in one stream, gzipped if accepted',
    description: 'With the columns that an import of `classifier-items` takes.',
    kind: 'list',
    also: [503],
  })
  export(@Query() { format }: ExportQuery, @Res() reply: FastifyReply): Promise<void> {
    return this.exports.send(this.classifiers.exported(), format ?? 'ndjson', reply.request, reply);
  }

  @Get(':code')
  @SharedAnswer()
  @SpeaksLanguages()
  @Public()
  @Operation({ id: 'getClassifier', summary: 'One code list, without its items', kind: 'public-read' })
  get(
    @Param() { code }: ClassifierParams,
    @Query() { validOn }: ClassifierQuery,
    @InLanguage() language: Language,
  ): Promise<ClassifierDto> {
    return this.classifiers.get(code, validOn, language);
  }

  @Get(':code/versions')
  @Paged()
  @SharedAnswer()
  @Public()
  @Operation({
    id: 'listClassifierVersions',
    summary: 'Published versions of a code list, by number',
    kind: 'public-read',
  })
  listVersions(@Param() { code }: ClassifierParams, @Query() query: PageQuery): Promise<ClassifierVersionPageDto> {
    return this.classifiers.listVersions(code, query);
  }

  @Get(':code/items')
  @Paged()
  @SharedAnswer()
  @SpeaksLanguages()
  @Public()
  @Operation({
    id: 'listClassifierItems',
    summary: 'Items of the version of a code list that is in force, by code',
    kind: 'public-read',
  })
  listItems(
    @Param() { code }: ClassifierParams,
    @Query() query: ClassifierItemsQuery,
    @InLanguage() language: Language,
  ): Promise<ClassifierItemPageDto> {
    return this.classifiers.listItems(code, query, language);
  }

  @Get(':code/versions/:number/difference')
  @Paged()
  @SharedAnswer()
  @SpeaksLanguages()
  @Public()
  @Operation({
    id: 'compareClassifierVersions',
    summary: 'What a published version has otherwise than the one in force before it',
    kind: 'public-read',
  })
  difference(
    @Param() { code, number }: VersionParams,
    @Query() query: DifferenceQuery,
    @InLanguage() language: Language,
  ): Promise<DifferencePageDto> {
    return this.classifiers.difference({ code, number, state: 'PUBLISHED' }, query, language);
  }
}
