import type { EntityManager } from 'typeorm';
import { Entries } from './entries.js';
import type { Timeline } from './periods.js';
import type { RegisterEntry } from './register-entry.js';

/** A register that follows the events of the service which decides: its entries are written by their consumers alone. */
export class FollowedRegister<E extends RegisterEntry> extends Entries<E> {
  /** Makes the entry say what its owner says now, and announces it if that is new. */
  async follow(tx: EntityManager, timeline: Timeline<E>): Promise<void> {
    const { before, after } = await this.tools.periods.restate(tx, this.definition, timeline);
    if (!before) await this.tools.outbox.addAll(tx, [this.definition.announceNew(after)]);
    else if (before !== after) await this.announceChanges(tx, [{ before, after }]);
  }
}
