import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** Where the lottery's seeds come from; a test puts known ones in place. */
@Injectable()
export class SeedSource {
  /** 32 random bytes in hex. */
  draw(): string {
    return randomBytes(32).toString('hex');
  }
}
