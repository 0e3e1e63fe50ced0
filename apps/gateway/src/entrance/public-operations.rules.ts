/** An operation's path as a pattern; the more precise ones stand first. */
export interface OperationPattern {
  method: string;
  path: RegExp;
  isPublic: boolean;
}

interface OpenApi {
  security?: object[];
  paths?: Record<string, Record<string, unknown>>;
}

const methods = ['get', 'put', 'post', 'delete', 'patch', 'options'];

/**
 * All operations of a document in the order in which a router tries them: a fixed segment before a parameter, so that a
 * protected `/changes` is not mistaken for a public `/{id}`. An operation is public when it asks for no security.
 */
export function operationsOf(document: OpenApi): OperationPattern[] {
  return Object.entries(document.paths ?? {})
    .toSorted(([a], [b]) => rankOf(a).localeCompare(rankOf(b), 'en'))
    .flatMap(([path, item]) =>
      methods
        .filter((method) => item[method] !== undefined)
        .map((method) => ({
          method: method.toUpperCase(),
          path: patternOf(path),
          isPublic: isPublic(item[method] as OpenApi, document),
        })),
    );
}

function isPublic(operation: OpenApi, document: OpenApi): boolean {
  const security = operation.security ?? document.security ?? [];
  return security.length === 0 || security.some((each) => Object.keys(each).length === 0);
}

/** `0` for a fixed segment, `1` for one with a parameter. */
function rankOf(path: string): string {
  return path
    .split('/')
    .map((segment) => (segment.includes('{') ? '1' : '0'))
    .join('');
}

function patternOf(path: string): RegExp {
  const segments = path.split(/\{[^}]*\}/).map((fixed) => fixed.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${segments.join('[^/]+')}$`);
}
