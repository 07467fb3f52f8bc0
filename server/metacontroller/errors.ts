import type { FastifySchemaValidationError } from 'fastify'
import type { ErrorBody } from './contract.ts'

/** Longest error that is sent, in characters: Metacontroller copies it into an Event. */
const maxLength = 200

/** Cuts a line to what an Event can take. */
export function shorten(text: string): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`
}

function formatName(part: string): string {
  if (/^\d+$/.test(part)) return `[${part}]`
  const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
  return /^[\w-]+$/.test(name) ? `.${name}` : `["${name}"]`
}

/** Writes `/parent/spec/flips/3` as `parent.spec.flips[3]`. */
function formatField(pointer: string): string {
  const path = pointer.split('/').slice(1).map(formatName).join('')
  return path === '' ? 'body' : path.replace(/^\./, '')
}

/**
 * Describes in one line which field must be what. It holds names of fields and texts of the schema,
 * never values of the body.
 */
export function describeFault(fault: FastifySchemaValidationError | undefined): string {
  if (!fault) return 'body does not have the expected form'
  const field = formatField(fault.instancePath)
  const { missingProperty, allowedValues } = fault.params
  if (fault.keyword === 'required') {
    const missing = field === 'body' ? missingProperty : `${field}.${missingProperty}`
    return shorten(`${missing} is missing`)
  }
  if (Array.isArray(allowedValues)) return shorten(`${field} must be ${allowedValues.join(' or ')}`)
  return shorten(`${field} ${fault.message ?? 'is not valid'}`)
}

/** One line for each error of Fastify's own, by its code. */
const lines: Record<string, string> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'the request took too long to arrive',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body is empty, a JSON object is expected',
  FST_ERR_CTP_INVALID_JSON_BODY: 'body is not valid JSON',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'content type must be application/json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body is larger than the service accepts (setting BODY_LIMIT)',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'body and Content-Length differ in length',
}

/** Describes a refusal by status code and body; undefined where the error is a bug of the service. */
export function describeRefusal(error: unknown): { code: number; body: ErrorBody } | undefined {
  const { statusCode, code, validation, message } = error as Record<string, unknown>
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499) return undefined
  const line = validation ? String(message) : lines[String(code)]
  const other = statusCode === 400 ? 'body is not valid JSON' : `refused with ${statusCode}`
  return { code: statusCode, body: { error: line ?? other } }
}
