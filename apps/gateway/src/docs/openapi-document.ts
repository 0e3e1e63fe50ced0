import { readFileSync } from 'node:fs';
import { Injectable, Logger } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.js';

/** The merged OpenAPI document of all services, read once at the start. */
@Injectable()
export class OpenApiDocument {
  /** As it stands in the file; undefined when there is none. */
  readonly text: string | undefined;
  readonly content: object | undefined;

  constructor(config: GatewayConfig) {
    this.text = readText(config.OPENAPI_FILE);
    if (this.text === undefined)
      new Logger('OpenApi').warn(`No document at ${config.OPENAPI_FILE}: every operation needs a token.`);
    else this.content = JSON.parse(this.text) as object;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
