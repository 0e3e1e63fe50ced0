import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DecisionGrantedV1 } from '@meistras/contracts/events/accreditation/decision';
import { LicenceChangedV1, LicenceIssuedV1 } from '@meistras/contracts/events/registers/licence';
import { missing } from '@meistras/platform/errors/domain-error';
import { announce } from '@meistras/platform/outbox/outbox';
import { Clock } from '@meistras/platform/time/clock';
import type { FollowedRegister } from '../register/followed-register.js';
import type { AsOfQuery } from '../register/register.dto.js';
import { Registers } from '../register/registers.js';
import { Licence } from './licence.entity.js';
import { licenceOf, statesOf } from './licence.rules.js';
import { toLicenceDto } from './licences.dto.js';
import type { InstitutionLicenceDto } from './licences.dto.js';

/** No institution runs, and no programme is run by, more than this. */
const most = 1_000;

@Injectable()
export class LicencesService {
  readonly register: FollowedRegister<Licence>;

  constructor(
    registers: Registers,
    private readonly clock: Clock,
  ) {
    this.register = registers.openFollowed({
      thing: 'licence',
      entity: Licence,
      announceNew: (entry) => announce(LicenceIssuedV1, stateOf(entry)),
      announceChange: (_, entry) => announce(LicenceChangedV1, stateOf(entry)),
    });
  }

  /** Says of a licence what accreditation has decided of the right by now. */
  follow(tx: EntityManager, event: DecisionGrantedV1): Promise<void> {
    const { decisionId, institutionId, programmeId, actNumber } = event;
    const stretches = statesOf(event).map(({ state, validFrom, validTo }) => ({
      ...{ validFrom, validTo, legalBasis: actNumber },
      facts: { institutionId, programmeId, state },
    }));
    return this.register.follow(tx, { id: decisionId, stretches, provider: 'accreditation' });
  }

  /** An institution's licence as a whole, on a day: today if left out. */
  async ofInstitution(institutionId: string, asOf: AsOfQuery): Promise<InstitutionLicenceDto> {
    const rights = await this.on(asOf, [{ property: 'institutionId', value: institutionId }]);
    if (rights.length === 0) throw missing('licence');
    return { institutionId, ...licenceOf(rights), programmes: rights.map(toLicenceDto) };
  }

  /** Under which licences a programme may be run on a day: today if left out. */
  providersOf(programmeId: string, asOf: AsOfQuery): Promise<Licence[]> {
    return this.on(asOf, [
      { property: 'programmeId', value: programmeId },
      { property: 'state', value: 'ISSUED' },
    ]);
  }

  private on(asOf: AsOfQuery, conditions: { property: string; value: string }[]): Promise<Licence[]> {
    return this.register.list({ validOn: this.clock.today(), ...asOf, limit: most }, conditions);
  }
}

function stateOf({ id, version, institutionId, programmeId, state, validFrom, validTo }: Licence): LicenceIssuedV1 {
  const end = validTo === null ? {} : { validTo };
  return { licenceId: id, version, institutionId, programmeId, state, validFrom, ...end };
}
