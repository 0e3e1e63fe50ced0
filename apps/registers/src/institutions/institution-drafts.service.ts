import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { DomainError, invalid } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock } from '@meistras/platform/time/clock';
import type { Institution } from './institution.entity.js';
import { assertMayEnter } from './institution.rules.js';
import type { InstitutionDto, RegisterInstitutionDto } from './institutions.dto.js';
import { InstitutionsService } from './institutions.service.js';
import type { ByIfGiven } from '../register/by.js';
import { toEntryDto } from '../register/register.js';
import { PoliciesService } from '../policies/policies.service.js';
import type { Draft } from '../drafts/draft.entity.js';
import { attestationFaults } from '../drafts/draft.rules.js';
import type { Attestations } from '../drafts/draft.rules.js';
import type { DraftsQuery } from '../drafts/drafts.dto.js';
import type {
  AttestedDto,
  EnterInstitutionDto,
  InstitutionDraftDto,
  ProposeInstitutionDto,
} from './institution-drafts.dto.js';
import { DraftsService } from '../drafts/drafts.service.js';
import type { DraftDecision } from '../drafts/drafts.service.js';

const kind = 'INSTITUTION';

const mustHaveNone = (faults: Fault[], parent = ''): void => {
  const all = faults.map((fault) => ({ ...fault, pointer: `${parent}${fault.pointer}` }));
  if (all.length > 0) throw invalid('invalid-input', 'The body has faults.', all);
};

/** Institutions come into the register upon attested statutes, a pledge and a data card (R-REG-06). */
@Injectable()
export class InstitutionDraftsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
    private readonly drafts: DraftsService,
    private readonly institutions: InstitutionsService,
    private readonly policies: PoliciesService,
  ) {}

  propose({ facts, ...attestations }: ProposeInstitutionDto, by: Actor, once: WriteOnce): Promise<InstitutionDraftDto> {
    const municipalityCode = facts.municipalityCode ?? null;
    if (!by.national && (municipalityCode === null || !by.municipalities.has(municipalityCode)))
      throw new DomainError('forbidden', 'institution-not-yours', 'A municipality proposes institutions of its area.');
    return this.drafts.propose({ kind, facts, attestations, municipalityCode }, by, once);
  }

  list(query: DraftsQuery, by: Actor): Promise<Page<InstitutionDraftDto>> {
    return this.drafts.list(kind, query, by);
  }

  get(id: string, by: Actor): Promise<InstitutionDraftDto> {
    return this.drafts.get(kind, id, by);
  }

  confirm(decision: DraftDecision, attested: AttestedDto): Promise<InstitutionDraftDto> {
    return this.drafts.confirm(decision, async (tx, draft) => {
      const facts = draft.facts as RegisterInstitutionDto;
      assertMayEnter(decision.by, facts);
      const attestations = { ...draft.attestations, ...attested } as Attestations;
      mustHaveNone(attestationFaults(attestations, this.clock.today()));
      const { id: entryId } = await this.institutions.register.add(tx, facts, decision.by.clientId);
      return { entryId, attestations };
    });
  }

  reject(decision: DraftDecision, reason: string): Promise<InstitutionDraftDto> {
    const mayReject = ({ facts }: Draft): void => assertMayEnter(decision.by, facts);
    return this.drafts.reject(decision, reason, mayReject);
  }

  /** At once, by whoever may confirm it: what it is registered upon stays as a draft that was registered. */
  async enter({ attestations, ...facts }: EnterInstitutionDto, by: Actor, once: WriteOnce): Promise<InstitutionDto> {
    assertMayEnter(by, facts);
    if (attestations) mustHaveNone(attestationFaults(attestations, this.clock.today()), '/attestations');
    else await this.mustNeedNone();
    return this.idempotency.run(once, async (tx) => {
      const entry = await this.institutions.register.add(tx, facts, by.clientId);
      const municipalityCode = facts.municipalityCode ?? null;
      if (attestations) await this.drafts.note(tx, { kind, facts, attestations, municipalityCode }, entry.id, by);
      return toEntryDto<InstitutionDto>(entry);
    });
  }

  /** Changes the institution of a code; registers it where that needs no attestations. */
  async put(row: RegisterInstitutionDto, by: ByIfGiven): Promise<{ entry: Institution; created: boolean }> {
    assertMayEnter(by.actor, row);
    const { codeScheme, code } = row;
    const key = Object.entries({ codeScheme, code }).map(([property, value]) => ({ property, value }));
    const known = await this.institutions.register.list({ limit: 1 }, key);
    if (known.length === 0) await this.mustNeedNone();
    return this.institutions.put(row, by);
  }

  /** Throws where the policy lets no institution be registered without attestations. */
  private async mustNeedNone(): Promise<void> {
    const message = 'An institution is registered upon attestations, or by a draft.';
    if (await this.policies.attestationsNeededOn(this.dataSource.manager, this.clock.today()))
      mustHaveNone([{ pointer: '/attestations', code: 'REQUIRED', message }]);
  }
}
