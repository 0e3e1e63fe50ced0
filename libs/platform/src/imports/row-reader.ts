import { plainToInstance, TransformationType } from 'class-transformer';
import { defaultMetadataStorage as transformations } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, validateSync, ValidationTypes } from 'class-validator';
import type { ValidationArguments, ValidatorConstraintInterface } from 'class-validator';
import type { Fault } from '../errors/domain-error.js';
import { faultsOf, withoutNulls } from '../http/validation.js';

type Plain = Record<string, unknown>;
type ValidationMetadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** Makes a row the instance of its class, or says what is wrong with it: all that `InputPipe` would. */
export type RowReader = (row: Plain) => object | Fault[];

/**
 * The reader of a class. What class-validator and class-transformer find out anew for every object (which rules its class
 * has, inherited ones too) is found out once, and then asked of flat rows alone, whether they hold. A row that is not flat,
 * or of which one does not hold, goes the long way, so that its faults are by construction those of class-validator.
 */
export function readerOf(type: new () => object): RowReader {
  const fast = fastReaderOf(type);
  return (row) => fast?.(row) ?? readSlowly(type, row);
}

export function readSlowly(type: new () => object, row: Plain): object | Fault[] {
  const instance = plainToInstance<object, object>(type, withoutNulls(row));
  const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true });
  return errors.length === 0 ? instance : errors.flatMap((error) => faultsOf(error, ''));
}

interface Property {
  name: string;
  /** The value as the class's transformations make it. */
  transform?: (value: unknown, row: Plain) => unknown;
  /** Whether the rules are asked at all. */
  conditions: Rule[];
  rules: Rule[];
  /** A value that is there is an object, or made one. */
  isObject: boolean;
}

type Rule = (object: Plain, value: unknown) => boolean;

const knownTypes = new Set<string>([
  ValidationTypes.CUSTOM_VALIDATION,
  ValidationTypes.CONDITIONAL_VALIDATION,
  ValidationTypes.NESTED_VALIDATION,
  ValidationTypes.WHITELIST,
]);

const hasType = (type: new () => object, name: string): boolean =>
  (transformations.findTypeMetadata(type, name) as object | undefined) !== undefined;

/** Of a flat row without a fault; undefined for every other. */
function fastReaderOf(type: new () => object): ((row: Plain) => object | undefined) | undefined {
  const metadatas = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const properties = Object.entries(getMetadataStorage().groupByPropertyName(metadatas)).map(([name, own]) =>
    propertyOf(type, name, own),
  );
  const byName = new Map(properties.map((property) => [property.name, property]));
  const exposes = transformations.getExposedProperties(type, TransformationType.PLAIN_TO_CLASS);
  const excludes = transformations.getExcludedProperties(type, TransformationType.PLAIN_TO_CLASS);
  const declared = Object.keys(new type());
  if (properties.length === 0 || exposes.length + excludes.length > 0) return undefined;
  if (declared.some((name) => !byName.has(name))) return undefined;
  if (metadatas.some(({ type: kind }) => !knownTypes.has(kind))) return undefined;
  return (row) => {
    const instance = new type() as Plain;
    for (const name of Object.keys(row)) {
      const value = row[name];
      if (value === null) continue;
      const property = byName.get(name);
      if (!property || property.isObject || typeof value === 'object') return undefined;
      instance[name] = property.transform ? property.transform(value, row) : value;
    }
    for (const { name, conditions, rules } of properties) {
      const value = instance[name];
      if (!conditions.every((asked) => asked(instance, value))) continue;
      for (const holds of rules) if (!holds(instance, value)) return undefined;
    }
    return instance;
  };
}

function propertyOf(type: new () => object, name: string, metadatas: ValidationMetadata[]): Property {
  const of = (kind: string): ValidationMetadata[] => metadatas.filter((each) => each.type === kind);
  const transforms = transformations
    .findTransformMetadatas(type, name, TransformationType.PLAIN_TO_CLASS)
    .filter(({ options }) => !options?.groups?.length);
  return {
    name,
    ...(transforms.length === 0 ? {} : { transform: transformOf(name, transforms) }),
    conditions: of(ValidationTypes.CONDITIONAL_VALIDATION).map((each) => each.constraints[0] as Rule),
    rules: of(ValidationTypes.CUSTOM_VALIDATION).flatMap(rulesOf),
    isObject: of(ValidationTypes.NESTED_VALIDATION).length > 0 || hasType(type, name),
  };
}

function transformOf(
  key: string,
  transforms: ReturnType<typeof transformations.findTransformMetadatas>,
): NonNullable<Property['transform']> {
  return (value, obj) =>
    transforms.reduce<unknown>(
      (given, { transformFn }) =>
        transformFn({ value: given, key, obj, type: TransformationType.PLAIN_TO_CLASS, options: {} }),
      value,
    );
}

/** The class of a rule is asked as class-validator asks it; a promise as an answer is for the long way. */
function rulesOf({ constraintCls, constraints, propertyName, validateIf }: ValidationMetadata): Rule[] {
  const condition = validateIf as Rule | undefined;
  return getMetadataStorage()
    .getTargetValidatorConstraints(constraintCls)
    .map((found) => {
      const rule: ValidatorConstraintInterface = found.instance;
      return (object, value) => {
        if (condition && !condition(object, value)) return true;
        const targetName = object.constructor.name;
        const about: ValidationArguments = { targetName, property: propertyName, object, value, constraints };
        return rule.validate(value, about) === true;
      };
    });
}
