import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';

/** The three files that the page needs, of the package's dozens. */
const assets: [file: string, type: string][] = [
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
];

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Meistras API</title>
<link rel="icon" type="image/png" href="/docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<div id="ui"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const script = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  displayOperationId: true,
  filter: true,
  validatorUrl: null,
  persistAuthorization: false,
});
`;

/** Everything from this origin; Swagger UI styles its elements in place and has its icons inline. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Swagger UI at `/docs/`, from files of an installed package: it works without the internet and asks nobody. */
@Injectable()
export class DocsPages implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost<FastifyAdapter>) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.get('/docs', (_request, reply) => reply.redirect('/docs/', 302));
    fastify.get('/docs/', (_request, reply) =>
      reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(page),
    );
    fastify.get('/docs/start.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(script));
    const { resolve } = createRequire(import.meta.url);
    for (const [file, type] of assets) {
      const content = readFileSync(resolve(`swagger-ui-dist/${file}`));
      fastify.get(`/docs/assets/${file}`, (_request, reply) =>
        reply.header('cache-control', 'public, max-age=3600').type(type).send(content),
      );
    }
  }
}
