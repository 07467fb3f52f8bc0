import type { TSchema } from 'typebox'
import type { Composite } from './declaration.ts'
import { checkStructural, findSpecSchema } from './structural.ts'

/** A column of `kubectl get`. */
export interface PrinterColumn {
  name: string
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date'
  jsonPath: string
  description?: string | undefined
  /** Above 0 it is shown with `-o wide` only. */
  priority?: number | undefined
}

/** What a CustomResourceDefinition has besides the schemas of its parent. */
export interface CrdDetails {
  /** Says in one sentence what an object is, for `kubectl explain`. */
  description?: string
  shortNames?: readonly string[]
  categories?: readonly string[]
  columns?: readonly PrinterColumn[]
  /** Schema of the spec with rules for the API server alone; that of calls by default. */
  spec?: TSchema
}

/** Metacontroller writes this field into every status; where it is not declared it gets lost. */
const observedGeneration = {
  description: 'Generation of the object that this status was computed from.',
  type: 'integer',
  format: 'int64',
  minimum: 0,
}

function buildStatusSchema(status: TSchema): object {
  const { properties } = status as { properties?: Record<string, TSchema> }
  if (!properties || 'observedGeneration' in properties) return status
  return { ...status, properties: { observedGeneration, ...properties } }
}

/**
 * Builds the CustomResourceDefinition of a controller's parent from its schemas. Throws an Error that
 * names the field where the API server would refuse it.
 */
export function crdOf({ parent }: Composite) {
  const { apiVersion, kind, resource, scope = 'Namespaced', crd = {} } = parent
  const [group, version] = apiVersion.split('/')
  if (!version) throw new Error(`${kind}: the API server's own kinds have no CRD`)
  checkStructural(kind, parent)
  const spec = findSpecSchema(parent)
  const { description, shortNames, categories, columns } = crd
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${resource}.${group}` },
    spec: {
      group,
      scope,
      names: {
        kind,
        listKind: `${kind}List`,
        plural: resource,
        singular: kind.toLowerCase(),
        ...(shortNames && { shortNames }),
        ...(categories && { categories }),
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          ...(columns && { additionalPrinterColumns: columns }),
          schema: {
            openAPIV3Schema: {
              ...(description && { description }),
              type: 'object',
              ...(spec && { required: ['spec'] }),
              properties: {
                apiVersion: {
                  description: `Group and version of this object: ${apiVersion}.`,
                  type: 'string',
                },
                kind: { description: `Kind of this object: ${kind}.`, type: 'string' },
                metadata: { type: 'object' },
                ...(spec && { spec }),
                status: buildStatusSchema(parent.status),
              },
            },
          },
        },
      ],
    },
  }
}
