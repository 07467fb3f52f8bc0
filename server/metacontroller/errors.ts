import type { FastifySchemaValidationError } from 'fastify'
import type { ErrorBody } from './contract.ts'

/** Longest error that is sent, in characters: Metacontroller copies it into an Event. */
const maxLength = 200

function shorten(text: string): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`
}

/** `/parent/spec/flips/3` as people write it: `parent.spec.flips[3]`. */
function fieldOf(pointer: string): string {
  const names = pointer.split('/').slice(1)
  const path = names.map((name) => (/^\d+$/.test(name) ? `[${name}]` : `.${name}`)).join('')
  return path === '' ? 'body' : path.replace(/^\./, '')
}

/**
 * One line that names the field and what it must be. Values of the body never appear in it, only
 * names of fields and what the schema says.
 */
export function describeFault(fault: FastifySchemaValidationError | undefined): string {
  if (!fault) return 'body does not have the expected form'
  const field = fieldOf(fault.instancePath)
  const { missingProperty, allowedValues } = fault.params
  if (fault.keyword === 'required') {
    const missing = field === 'body' ? missingProperty : `${field}.${missingProperty}`
    return shorten(`${missing} is missing`)
  }
  if (Array.isArray(allowedValues)) return shorten(`${field} must be ${allowedValues.join(' or ')}`)
  return shorten(`${field} ${fault.message ?? 'is not valid'}`)
}

/** Fastify's own refusals by code, as one line each. */
const lines: Record<string, string> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'the request took too long to arrive',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body is empty, a JSON object is expected',
  FST_ERR_CTP_INVALID_JSON_BODY: 'body is not valid JSON',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'content type must be application/json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body is larger than the service accepts (setting BODY_LIMIT)',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'body and Content-Length differ in length',
}

/** The status code and body of a refusal; undefined where the error is a bug of the service. */
export function refusalOf(error: unknown): { code: number; body: ErrorBody } | undefined {
  const { statusCode, code, validation, message } = error as Record<string, unknown>
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499) return undefined
  const line = validation ? String(message) : lines[String(code)]
  const other = statusCode === 400 ? 'body is not valid JSON' : `refused with ${statusCode}`
  return { code: statusCode, body: { error: line ?? other } }
}
