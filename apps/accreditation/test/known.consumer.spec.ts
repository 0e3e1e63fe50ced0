import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { InstitutionChangedV1, InstitutionRegisteredV1 } from '@meistras/contracts/events/registers/institution';
import { ProgrammeChangedV1, ProgrammeRegisteredV1 } from '@meistras/contracts/events/registers/programme';
import { startService } from '@meistras/testing/start-service';
import { features } from '../src/app.module.js';
import { accreditation } from '../src/data-source.js';
import { KnownInstitution, KnownProgramme } from '../src/known/known.entity.js';
import { anInstitutionRegistered, aProgrammeRegistered } from './builders.js';

const api = startService(accreditation, features);

describe('what the registers announce', () => {
  it('of an institution is kept, the same whether it comes once, twice or late', async () => {
    const first = anInstitutionRegistered();
    const closed = { ...first, version: 2, state: 'CLOSED' as const };
    await api.consume(InstitutionRegisteredV1, first);
    await api.consume(InstitutionChangedV1, closed);
    const { institutionId: id, ...facts } = closed;
    const kept = await api.db.manager.findBy(KnownInstitution, { id });
    expect(kept).toEqual([{ id, ...facts }]);
    await api.consume(InstitutionChangedV1, closed);
    await api.consume(InstitutionRegisteredV1, first);
    expect(await api.db.manager.findBy(KnownInstitution, { id })).toEqual(kept);

    const late = randomUUID();
    await api.consume(InstitutionChangedV1, { ...closed, institutionId: late });
    await api.consume(InstitutionRegisteredV1, { ...first, institutionId: late });
    expect(await api.db.manager.findBy(KnownInstitution, { id: late })).toEqual([{ ...kept[0], id: late }]);
  });

  it('of a programme is kept, the same whether it comes once, twice or late', async () => {
    const first = aProgrammeRegistered();
    const changed = { ...first, version: 2, state: 'DEREGISTERED' as const, newerField: 'of a later minor version' };
    await api.consume(ProgrammeRegisteredV1, first);
    await api.consume(ProgrammeChangedV1, changed);
    await api.consume(ProgrammeRegisteredV1, first);
    const { programmeId: id, codeScheme, code } = first;
    expect(await api.db.manager.findBy(KnownProgramme, { id })).toEqual([
      { id, version: 2, codeScheme, code, state: 'DEREGISTERED' },
    ]);
  });
});
