/** An error for a person: scripts show it as one line, without a stack. */
export class UserError extends Error {}
