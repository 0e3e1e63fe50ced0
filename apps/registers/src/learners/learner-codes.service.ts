import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { DomainError } from '@meistras/platform/errors/domain-error';
import type { PersonKey } from '../personal-data/person-key.entity.js';
import { keyMissing, PersonKeys } from '../personal-data/person-keys.service.js';
import { places } from '../personal-data/places.js';
import type { Learner } from './learner.entity.js';
import { PersonalCodes } from './personal-codes.js';

/** A personal code as it is stored. */
export type Sealed = Pick<Learner, 'personalCodeSealed' | 'personalCodeIndex'>;

export const erased = (): DomainError => new DomainError('gone', 'learner-erased', 'The learner was erased.');

/** Personal codes of learners, sealed by their keys and opened. */
@Injectable()
export class LearnerCodes {
  constructor(
    private readonly codes: PersonalCodes,
    private readonly keys: PersonKeys,
  ) {}

  /** The key of a new learner, and the code sealed by it. */
  newly(id: string, code: string | undefined): { personKey: PersonKey; sealed: Sealed } {
    const drawn = this.keys.draw();
    return { personKey: this.keys.rowOf(id, drawn), sealed: this.sealed(id, code, drawn.key) };
  }

  /**
   * A code that a learner is given, undefined if it is held already. A first one may be added by whoever may change the
   * learner; one that is held is replaced nationally alone. `beside`: as if no protected person had it.
   */
  async given(
    tx: EntityManager,
    learner: Learner,
    { code, by, beside }: { code: string | undefined; by: Actor; beside: boolean },
  ): Promise<Sealed | undefined> {
    if (code === undefined) return undefined;
    const indexes = this.codes.indexesOf(code);
    if (indexes.some((index) => learner.personalCodeIndex?.equals(index))) return undefined;
    if (learner.personalCodeIndex !== null) by.mustBeNational();
    const key = (await this.keys.hold(tx, [learner.id])).get(learner.id);
    if (!key) throw keyMissing();
    return { ...this.sealed(learner.id, code, key), ...(beside ? { personalCodeIndex: indexes[1] } : {}) };
  }

  /** Codes by the ids of their learners. */
  async of(learners: Learner[], manager?: EntityManager): Promise<Map<string, string>> {
    const coded = learners.filter(({ personalCodeSealed }) => personalCodeSealed !== null);
    const keys = await this.keys.of(
      coded.map(({ id }) => id),
      manager,
    );
    const open = ({ id, personalCodeSealed }: Learner): string | undefined =>
      this.codes.open(personalCodeSealed!, places.codeOfLearner(id), keys.get(id));
    return new Map(
      coded.flatMap((learner) => {
        const code = open(learner);
        return code === undefined ? [] : [[learner.id, code]];
      }),
    );
  }

  private sealed(id: string, code: string | undefined, key: Buffer): Sealed {
    if (code === undefined) return { personalCodeSealed: null, personalCodeIndex: null };
    const personalCodeSealed = this.codes.seal(code, places.codeOfLearner(id), key);
    return { personalCodeSealed, personalCodeIndex: this.codes.indexOf(code) };
  }
}
