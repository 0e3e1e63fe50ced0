import { IsOptional, IsString } from 'class-validator';
import { ServiceConfig } from '@meistras/platform/config/config';

const keyBytes = 32;

/** What the registers need from their environment besides. */
export class RegistersConfig extends ServiceConfig {
  /** Base64 of 32 random bytes: wraps the keys of persons. Losing it loses personal codes and restricted files. */
  @IsString()
  PERSONAL_CODE_KEY: string;

  /** The `PERSONAL_CODE_KEY` before this one: needed until every person's key is wrapped by the new one. */
  @IsOptional()
  @IsString()
  PERSONAL_CODE_KEY_BEFORE?: string;

  /** Base64 of 32 other random bytes: finds a person by a code without storing the code in clear. */
  @IsString()
  PERSONAL_CODE_INDEX_KEY: string;

  override faults(): string[] {
    const faults = super.faults();
    const replaced = this.PERSONAL_CODE_KEY_BEFORE ? (['PERSONAL_CODE_KEY_BEFORE'] as const) : [];
    for (const name of ['PERSONAL_CODE_KEY', 'PERSONAL_CODE_INDEX_KEY', ...replaced] as const) {
      if (Buffer.from(this[name] ?? '', 'base64').length !== keyBytes)
        faults.push(`${name} must be the base64 of ${keyBytes} bytes`);
    }
    if (this.PERSONAL_CODE_KEY && this.PERSONAL_CODE_KEY === this.PERSONAL_CODE_INDEX_KEY)
      faults.push('PERSONAL_CODE_INDEX_KEY must be another key than PERSONAL_CODE_KEY');
    return faults;
  }
}
