import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import finalizeCall from './examples/finalize.json' with { type: 'json' }
import syncCall from './examples/sync.json' with { type: 'json' }

/** A bearer token for every operation. */
const bearer = {
  components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } as const } },
  security: [{ bearer: [] }],
}

/**
 * Adds the OpenAPI description and Swagger UI at `/docs`, and returns the recorded calls of
 * Metacontroller that "Try it out" starts from. Its packages are not installed in production.
 */
export async function document(app: FastifyInstance, needsToken = false) {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'CoinFlip operator',
        description:
          'Hooks that Metacontroller calls for each changed CoinFlip. ' +
          'Other methods are answered with 405, other paths with 404.',
        version: 'v1alpha1',
      },
      ...(needsToken && bearer),
    },
  })
  await app.register(swaggerUi, { routePrefix: '/docs' })
  return { sync: syncCall, finalize: finalizeCall }
}
