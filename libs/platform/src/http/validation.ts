import { ValidationPipe } from '@nestjs/common';
import type { ArgumentMetadata, ValidationError } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import { DomainError } from '../errors/domain-error.js';
import type { Fault } from '../errors/domain-error.js';

/**
 * The name of a property as a fault shows it: one that looks like a name of this API. Any other may hold what was meant as a
 * value, a personal code too (R-REG-30).
 */
export const shownName = (name: string): string =>
  /^[A-Za-z][A-Za-z0-9]{0,39}$/.test(name) && !/\d{3}/.test(name) ? name : '…';

/** `isInt` → `IS_INT`; a rule of ours puts its code into the message as `CODE: text`. */
export function faultsOf(error: ValidationError, parent: string): Fault[] {
  const isUnknown = error.constraints?.['whitelistValidation'] !== undefined;
  const name = isUnknown ? shownName(error.property) : error.property;
  const pointer = `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (isUnknown) return [{ pointer, code: 'UNKNOWN', message: `property ${name} should not exist` }];
  const own = Object.entries(error.constraints ?? {}).map(([rule, text]): Fault => {
    const coded = /^([A-Z][A-Z_]+): (.*)$/s.exec(text);
    if (coded) return { pointer, code: coded[1] ?? '', message: coded[2] ?? '' };
    return { pointer, code: rule.replaceAll(/([A-Z])/g, '_$1').toUpperCase(), message: text };
  });
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, pointer))];
}

/** Null for a field is as not said: services know only fields that are there. */
export function withoutNulls<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutNulls) as T;
  const said = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(said.map(([name, field]) => [name, withoutNulls(field)])) as T;
}

/**
 * class-validator looks through all classes of a service for the rules of every object that it checks, of each element of a
 * list too. They are the same each time, as all decorators have run before the first request.
 */
function gatherRulesOnce(): void {
  const storage = getMetadataStorage();
  const gather = storage.getTargetValidationMetadatas.bind(storage);
  const gathered = new Map<unknown, ReturnType<typeof gather>>();
  storage.getTargetValidationMetadatas = (...asked) => {
    const [type, ...narrowed] = asked;
    if (narrowed.some(Boolean)) return gather(...asked);
    const rules = gathered.get(type) ?? gather(...asked);
    gathered.set(type, rules);
    return rules;
  };
}

gatherRulesOnce();

const options = { transform: true, whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false };

const bodyFaults = (errors: ValidationError[]): DomainError =>
  new DomainError(
    'invalid',
    'invalid-input',
    'The body has faults.',
    errors.flatMap((error) => faultsOf(error, '')),
  );

const parameterFaults = (errors: ValidationError[]): DomainError =>
  new DomainError(
    'malformed',
    'invalid-parameter',
    'The request has faulty parameters.',
    errors
      .flatMap((error) => faultsOf(error, ''))
      .map((fault) => ({ ...fault, pointer: `?${fault.pointer.slice(1)}` })),
  );

/** Checks bodies (422), query parameters and path parameters (400) against their classes; reports all faults at once. */
export class InputPipe extends ValidationPipe {
  // Of its own, because Nest checks all parts of a request at the same time.
  private readonly parameters = new ValidationPipe({ ...options, exceptionFactory: parameterFaults });

  constructor() {
    super({ ...options, exceptionFactory: bodyFaults });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'custom') return value;
    if (metadata.type !== 'body') return this.parameters.transform(value, metadata) as Promise<unknown>;
    if (!this.toValidate(metadata)) return value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new DomainError('invalid', 'invalid-input', 'The body must be a JSON object.', [
        { pointer: '', code: 'NO_OBJECT', message: 'The body must be a JSON object.' },
      ]);
    }
    return super.transform(withoutNulls(value), metadata) as Promise<unknown>;
  }
}
