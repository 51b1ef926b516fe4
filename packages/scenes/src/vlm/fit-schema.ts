/** What there is to say: as a text, and as a list of texts. */
export interface AnswerContent {
  readonly text: string;
  /** Empty where only the text makes sense. */
  readonly list: readonly string[];
}

/** An answer in the shape that was asked for. */
export interface FitSchemaResult {
  readonly text: string;
  readonly warnings: readonly string[];
}

type Schema = Readonly<Record<string, unknown>>;

/**
 * Gives an object schema what it asks for: the list for its one property of type `array` (at most
 * `maxItems` of it), the text for its one property of type `string`. Without a schema, or with a
 * warning where it is another one: `{"instructions": […]}` where `prefersList`, else the bare text.
 */
export function fitSchema(
  content: AnswerContent,
  schema: Schema | undefined,
  prefersList: boolean,
): FitSchemaResult {
  const unasked = prefersList ? JSON.stringify({ instructions: content.list }) : content.text;
  if (schema === undefined) return { text: unasked, warnings: [] };
  const properties = Object.entries(asSchema(schema["properties"]));
  const [name, property] = properties[0] ?? ["", undefined];
  const { type, maxItems } = asSchema(property);
  if (properties.length !== 1 || (type !== "array" && type !== "string")) {
    const found = `${properties.length} properties`;
    return {
      text: unasked,
      warnings: [
        `jsonSchema was not applied: found ${found}, expected one of type array or string`,
      ],
    };
  }
  if (type === "string") return { text: JSON.stringify({ [name]: content.text }), warnings: [] };
  const list = content.list.length > 0 ? content.list : [content.text];
  const most = typeof maxItems === "number" ? maxItems : list.length;
  return { text: JSON.stringify({ [name]: list.slice(0, most) }), warnings: [] };
}

/** The `minItems` of the schema's first property; 0 where it has none. */
export function leastItems(schema: Schema | undefined): number {
  const [property] = Object.values(asSchema(schema?.["properties"]));
  const { minItems } = asSchema(property);
  return typeof minItems === "number" ? minItems : 0;
}

function asSchema(value: unknown): Schema {
  return isSchema(value) ? value : {};
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null;
}
