import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Problem, ProblemFault } from '../errors/problem.js';

/** The OpenAPI 3.1 document of one service; the gateway serves all of them merged. */
export function describeApi(app: INestApplication, service: string, scopes: string[]): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(`Meistras ${service}`)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addOAuth2(
      {
        type: 'oauth2',
        flows: {
          clientCredentials: {
            tokenUrl: '/oauth/token',
            scopes: Object.fromEntries(scopes.map((scope) => [scope, scope])),
          },
        },
      },
      'oauth2',
    )
    .build();
  return SwaggerModule.createDocument(app, config, { extraModels: [Problem, ProblemFault], autoTagControllers: false });
}
