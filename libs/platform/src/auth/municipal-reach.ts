import { Injectable } from '@nestjs/common';
import { Clock } from '../time/clock.js';
import type { Actor } from './actor.js';

/** A learner of an institution that moved is seen by the wrong municipality for this long at most. */
export const staleMs = 5_000;

type Source = (municipalities: readonly string[]) => Promise<string[]>;

interface Known {
  institutions: Promise<ReadonlySet<string>>;
  asOfMs: number;
}

/**
 * What lies in a municipality. A service that knows says it by `from`; in any other a municipality acts for no
 * institution, and reaches what is nobody's alone. Answers are kept for `staleMs`.
 */
@Injectable()
export class MunicipalReach {
  private source: Source = () => Promise.resolve([]);
  private readonly known = new Map<string, Known>();

  constructor(private readonly clock: Clock) {}

  /** `source` answers the ids of the institutions in municipalities. */
  from(source: Source): void {
    this.source = source;
  }

  /** The caller with the institutions in its municipalities. */
  async of(actor: Actor): Promise<Actor> {
    const codes = [...actor.municipalities].toSorted();
    const name = codes.join();
    const nowMs = this.clock.now().getTime();
    let known = this.known.get(name);
    if (!known || nowMs - known.asOfMs >= staleMs) {
      known = { asOfMs: nowMs, institutions: this.source(codes).then((ids) => new Set(ids)) };
      this.known.set(name, known);
      known.institutions.catch(() => this.known.delete(name));
    }
    return actor.reaching(await known.institutions);
  }
}
