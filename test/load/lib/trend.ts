/** A straight line through measured points. */
export interface Trend {
  /** Change of the value in one unit of time. */
  slope: number
  standardError: number
}

export interface Point {
  at: number
  value: number
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** The mean of the points in each span of time, which removes swings shorter than a span. */
export function averaged(points: readonly Point[], span: number): Point[] {
  const [first] = points
  if (!first) return []
  const groups = Object.groupBy(points, ({ at }) => Math.floor((at - first.at) / span))
  return Object.values(groups).flatMap((group = []) => ({
    at: mean(group.map(({ at }) => at)),
    value: mean(group.map(({ value }) => value)),
  }))
}

/**
 * Least squares. Points close in time are correlated, so there are fewer independent points than
 * points: the correlation of each residual with the next widens the standard error.
 */
export function trendOf(points: readonly Point[]): Trend {
  const [midAt, midValue] = [mean(points.map(({ at }) => at)), mean(points.map((p) => p.value))]
  const spread = points.reduce((sum, { at }) => sum + (at - midAt) ** 2, 0)
  const slope =
    points.reduce((sum, { at, value }) => sum + (at - midAt) * (value - midValue), 0) / spread
  const residuals = points.map(({ at, value }) => value - midValue - slope * (at - midAt))
  const squares = residuals.reduce((sum, residual) => sum + residual ** 2, 0)
  const lagged = residuals.reduce((sum, residual, i) => sum + residual * (residuals[i - 1] ?? 0), 0)
  const correlation = squares === 0 ? 0 : Math.min(0.95, Math.max(0, lagged / squares))
  const widened = (1 + correlation) / (1 - correlation)
  const variance = (squares / (points.length - 2)) * widened
  return { slope, standardError: Math.sqrt(variance / spread) }
}
