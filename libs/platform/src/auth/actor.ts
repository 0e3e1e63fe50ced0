import { DomainError, missing } from '../errors/domain-error.js';

/** Who calls: an API client with its scopes and the institutions it acts for. Read from the verified token alone. */
export class Actor {
  constructor(
    readonly clientId: string,
    readonly scopes: ReadonlySet<string>,
    /** Acts for the whole country. */
    readonly national: boolean,
    readonly institutions: ReadonlySet<string>,
  ) {}

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

  /** The institutions to filter lists by, or null for the whole country. */
  get institutionFilter(): string[] | null {
    return this.national ? null : [...this.institutions];
  }
}
