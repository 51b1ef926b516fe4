type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema as a server takes it, and what that cost. */
export interface AdaptedSchema {
  readonly schema: JsonSchema;
  /** Keywords that were left out, each once, sorted. */
  readonly leftOut: readonly string[];
}

/** Keywords whose value maps names of the caller's choice to schemas. */
const MAPS_TO_SCHEMAS: ReadonlySet<string> = new Set(["properties", "$defs", "definitions"]);
/** Keywords whose value is data, not a schema. */
const HOLDS_DATA: ReadonlySet<string> = new Set([
  "enum",
  "const",
  "default",
  "examples",
  "required",
]);

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Fits a JSON Schema to a server: keywords it refuses are left out, and for `strict` every object
 * is closed and every property required, as OpenAI's structured outputs demand. What fits the
 * closed, required schema fits the original one as well.
 */
export function adaptSchema(
  schema: JsonSchema,
  options: { readonly isStrict: boolean; readonly unsupported: readonly string[] },
): AdaptedSchema {
  const leftOut = new Set<string>();

  const adaptMap = (map: JsonSchema): JsonSchema =>
    Object.fromEntries(Object.entries(map).map(([name, value]) => [name, adaptValue(value)]));

  const adaptValue = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(adaptValue);
    return isSchema(value) ? adaptOne(value) : value;
  };

  const adaptOne = (one: JsonSchema): JsonSchema => {
    const adapted: Record<string, unknown> = {};
    for (const [keyword, value] of Object.entries(one)) {
      if (options.unsupported.includes(keyword)) leftOut.add(keyword);
      else if (HOLDS_DATA.has(keyword)) adapted[keyword] = value;
      else if (MAPS_TO_SCHEMAS.has(keyword) && isSchema(value)) adapted[keyword] = adaptMap(value);
      else adapted[keyword] = adaptValue(value);
    }
    const { properties } = one;
    if (options.isStrict && (one["type"] === "object" || isSchema(properties))) {
      adapted["additionalProperties"] = false;
      adapted["required"] = Object.keys(isSchema(properties) ? properties : {});
    }
    return adapted;
  };

  return { schema: adaptOne(schema), leftOut: [...leftOut].toSorted() };
}
