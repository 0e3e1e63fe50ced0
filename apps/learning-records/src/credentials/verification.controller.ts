import { Controller, Get, Param, ParseIntPipe } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Public } from '@meistras/platform/auth/access';
import { missing } from '@meistras/platform/errors/domain-error';
import { Operation } from '@meistras/platform/openapi/operation';
import { CredentialSigner } from './credential-signer.js';
import { IssuerKeysDto, StatusListDto, VerificationDto } from './credentials.dto.js';
import { CredentialsService } from './credentials.service.js';

/** Lists are numbered from 0; this many diplomas exceed any country's. */
const mostLists = 10_000;

/** Open to everybody: nobody asks permission to verify a diploma. */
@ApiTags('verification')
@Controller()
export class VerificationController {
  constructor(
    private readonly credentials: CredentialsService,
    private readonly signer: CredentialSigner,
  ) {}

  @Get('verify/:code')
  @Public()
  @ApiParam({ name: 'code', example: '7KQ2M9XT4DHV' })
  @Operation({ id: 'verifyCredential', summary: 'Is this diploma real and in force?', kind: 'public-read' })
  verify(@Param('code') code: string): Promise<VerificationDto> {
    return this.credentials.verify(code);
  }

  @Get('status-lists/:list')
  @Public()
  @ApiParam({ name: 'list', schema: { type: 'integer', minimum: 0 } })
  @Operation({
    id: 'getStatusList',
    summary: 'Signed list of revocations (W3C Bitstring Status List)',
    kind: 'public-read',
  })
  async statusList(@Param('list', ParseIntPipe) list: number): Promise<StatusListDto> {
    if (list < 0 || list >= mostLists) throw missing('status list');
    return { document: await this.credentials.statusList(list) };
  }

  @Get('issuer/jwks')
  @Public()
  @Operation({ id: 'getIssuerKeys', summary: 'Public keys that diplomas are signed with', kind: 'public-read' })
  keys(): Promise<IssuerKeysDto> {
    return this.signer.jwks();
  }
}
