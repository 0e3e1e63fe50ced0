import { Injectable } from '@nestjs/common';
import { OpenApiDocument } from '../docs/openapi-document.js';
import { operationsOf } from './public-operations.rules.js';
import type { OperationPattern } from './public-operations.rules.js';

/** The operations that need no token, as the merged OpenAPI document states them. Without the document there are none. */
@Injectable()
export class PublicOperations {
  private readonly patterns: OperationPattern[];

  constructor(document: OpenApiDocument) {
    this.patterns = operationsOf(document.content ?? {});
  }

  includes(method: string, url: string): boolean {
    const path = url.split('?', 1)[0] ?? '';
    const wanted = method === 'HEAD' ? 'GET' : method;
    const first = this.patterns.find((each) => each.method === wanted && each.path.test(path));
    return first?.isPublic ?? false;
  }
}
