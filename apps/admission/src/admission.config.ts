import { createPrivateKey, createPublicKey } from 'node:crypto';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsJSON, IsOptional, Max, Min } from 'class-validator';
import { ServiceConfig } from '@meistras/platform/config/config';

/** What admission needs from its environment besides. */
export class AdmissionConfig extends ServiceConfig {
  /** Whether this process opens, locks and closes stages and does the work of runs. One instance works at a time. */
  @IsIn(['on', 'off'])
  STAGE_CLOCK: 'on' | 'off' = 'on';

  /** How often the clock looks, in milliseconds. Deadlines are judged at request time and do not wait for it. */
  @Type(() => Number)
  @IsInt()
  @Min(50)
  @Max(60_000)
  STAGE_CLOCK_POLL_MS = 1_000;

  /** `on`: the clock may be moved over REST, for a rehearsal in one instance. Never where an admission is real. */
  @IsIn(['on', 'off'])
  SIMULATED_CLOCK: 'on' | 'off' = 'off';

  /** `true`: a run is published by another client than the one that started it. */
  @IsIn(['true', 'false'])
  REQUIRE_SECOND_PERSON: 'true' | 'false' = 'false';

  /** Private Ed25519 key (a JSON Web Key) that signs the artefacts of runs. */
  @IsJSON()
  ARTEFACT_SIGNING_KEY: string;

  /** Public Ed25519 key (a JSON Web Key) that is live besides: the one before, or the one after the next rotation. */
  @IsOptional()
  @IsJSON()
  ARTEFACT_OTHER_KEY?: string;

  override faults(): string[] {
    const faults = super.faults();
    if (!isEd25519(this.ARTEFACT_SIGNING_KEY, createPrivateKey))
      faults.push('ARTEFACT_SIGNING_KEY must be a private Ed25519 JSON Web Key');
    if (this.ARTEFACT_OTHER_KEY !== undefined && !isEd25519(this.ARTEFACT_OTHER_KEY, createPublicKey))
      faults.push('ARTEFACT_OTHER_KEY must be an Ed25519 JSON Web Key');
    return faults;
  }
}

type Open = typeof createPrivateKey | typeof createPublicKey;

function isEd25519(text: string, open: Open): boolean {
  try {
    return open({ key: JSON.parse(text) as Record<string, string>, format: 'jwk' }).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}
