/**
 * Finds the code of an error, or of the error that caused it. Codes are safe to log and to show;
 * messages may hold a path or a secret.
 */
export function findErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as NodeJS.ErrnoException
  return code ?? findErrorCode(error.cause)
}

/** Creates an error with a code. */
export function createError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
