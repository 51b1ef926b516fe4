/**
 * Replaces each `{name}` of a prompt by its value, in one pass: a value that itself contains
 * `{name}` is left as it is, and so is a name without a value.
 */
export function fillTemplate(
  template: string,
  values: Readonly<Record<string, string | number>>,
): string {
  return template.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : placeholder,
  );
}
