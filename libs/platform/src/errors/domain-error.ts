/** Why a request cannot be done; decides the HTTP status: invalid 422, missing 404, conflict 409, and so on. */
export type ErrorKind =
  | 'moved'
  | 'malformed'
  | 'invalid'
  | 'missing'
  | 'conflict'
  | 'forbidden'
  | 'unauthenticated'
  | 'gone'
  | 'stale'
  | 'precondition-required'
  | 'overloaded'
  | 'unavailable';

export const statusOf: Record<ErrorKind, number> = {
  moved: 308,
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  conflict: 409,
  gone: 410,
  stale: 412,
  invalid: 422,
  'precondition-required': 428,
  overloaded: 429,
  unavailable: 503,
};

/** One fault of the input. `pointer` is a JSON Pointer into the body (RFC 6901) or `?name` for a query parameter. */
export interface Fault {
  pointer: string;
  code: string;
  message: string;
}

/**
 * A refusal in the words of the domain, thrown anywhere and turned into problem+json in one place.
 * `code` is stable and becomes the last part of the problem's type.
 */
export class DomainError extends Error {
  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    readonly faults: Fault[] = [],
    /** Where to ask instead, for `moved`. */
    readonly location?: string,
  ) {
    super(message);
    this.name = 'DomainError';
  }
}

/** The object is another one now; `location` is its path. */
export const moved = (code: string, message: string, location: string): DomainError =>
  new DomainError('moved', code, message, [], location);
export const missing = (thing: string): DomainError => new DomainError('missing', 'not-found', `No such ${thing}.`);
export const conflict = (code: string, message: string): DomainError => new DomainError('conflict', code, message);
export const invalid = (code: string, message: string, faults: Fault[] = []): DomainError =>
  new DomainError('invalid', code, message, faults);
