/** An error that scripts print as one line, without a stack. */
export class UserError extends Error {}
