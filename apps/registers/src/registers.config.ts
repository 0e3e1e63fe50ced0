import { IsString } from 'class-validator';
import { ServiceConfig } from '@meistras/platform/config/config';

const keyBytes = 32;

/** What the registers need from their environment besides. */
export class RegistersConfig extends ServiceConfig {
  /** Base64 of 32 random bytes: encrypts personal codes. Losing it loses the codes, and nothing else. */
  @IsString()
  PERSONAL_CODE_KEY: string;

  /** Base64 of 32 other random bytes: finds a person by a code without storing the code in clear. */
  @IsString()
  PERSONAL_CODE_INDEX_KEY: string;

  override faults(): string[] {
    const faults = super.faults();
    for (const name of ['PERSONAL_CODE_KEY', 'PERSONAL_CODE_INDEX_KEY'] as const) {
      if (Buffer.from(this[name] ?? '', 'base64').length !== keyBytes)
        faults.push(`${name} must be the base64 of ${keyBytes} bytes`);
    }
    if (this.PERSONAL_CODE_KEY && this.PERSONAL_CODE_KEY === this.PERSONAL_CODE_INDEX_KEY)
      faults.push('PERSONAL_CODE_INDEX_KEY must be another key than PERSONAL_CODE_KEY');
    return faults;
  }
}
