import { DomainError, missing } from '../errors/domain-error.js';
import { uuidShape } from '../paging/paging.js';

/** Who calls: an API client with its scopes and whom it acts for. Read from the verified token. */
export class Actor {
  constructor(
    readonly clientId: string,
    readonly scopes: ReadonlySet<string>,
    /** Acts for the whole country. */
    readonly national: boolean,
    readonly institutions: ReadonlySet<string>,
    /** The learner whom the token names: the person asks about themselves. Undefined for a client of its own. */
    readonly subject?: string,
    /** The municipalities (ISO 3166-2) that it reads for; empty for any other client. */
    readonly municipalities: ReadonlySet<string> = new Set(),
  ) {}

  get isMunicipal(): boolean {
    return this.municipalities.size > 0;
  }

  /** The same caller with the institutions that lie in its municipalities. */
  reaching(institutions: ReadonlySet<string>): Actor {
    return new Actor(this.clientId, this.scopes, false, institutions, this.subject, this.municipalities);
  }

  may(scope: string): boolean {
    return this.scopes.has(scope);
  }

  actsFor(institutionId: string): boolean {
    return this.national || this.institutions.has(institutionId.toLowerCase());
  }

  /** A foreign object is indistinguishable from a missing one. */
  mustActFor(institutionId: string, thing: string): void {
    if (!this.actsFor(institutionId)) throw missing(thing);
  }

  mustBeNational(): void {
    if (!this.national)
      throw new DomainError('forbidden', 'national-only', 'Only a client that acts nationally may do this.');
  }

  /** The person whom the token names; throws `person-missing` (403) when it names none. */
  mustBePerson(): string {
    if (this.subject !== undefined) return this.subject;
    throw new DomainError('forbidden', 'person-missing', 'The token names no person.');
  }

  /** The institutions to filter lists by, or null for the whole country. */
  get institutionFilter(): string[] | null {
    return this.national ? null : [...this.institutions].filter((id) => uuidShape.test(id));
  }
}
