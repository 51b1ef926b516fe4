/** What the training graph calls the gradient of a parameter. */
export function gradientName(parameter: string): string {
  return `${parameter}.gradient`;
}
