/** What the training graph calls the gradient of a parameter. */
export function gradientName(parameter: string): string {
  return `${parameter}.gradient`;
}

/** What a training graph that accumulates calls the sum of the gradients before. */
export function gradientBeforeName(parameter: string): string {
  return `${gradientName(parameter)}.before`;
}
