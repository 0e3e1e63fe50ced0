import { IsJSON, IsString, IsUrl } from 'class-validator';
import { ServiceConfig } from '@meistras/platform/config/config';

export class LearningRecordsConfig extends ServiceConfig {
  /** Private ES256 key (a JSON Web Key) that signs diplomas. */
  @IsJSON()
  CREDENTIAL_SIGNING_KEY: string;

  /** Public address of this service: diplomas name it as their issuer and as the place of their status list. */
  @IsString()
  @IsUrl({ require_tld: false, protocols: ['http', 'https'] })
  CREDENTIAL_ISSUER: string;
}
