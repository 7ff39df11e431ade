// Rules that Redocly has not and cannot be told in its configuration.

/** Every named schema and each of its properties says what it is; a reference is described where it points. */
function schemasAreDescribed() {
  return {
    NamedSchemas(schemas, { report, location }) {
      for (const [name, schema] of Object.entries(schemas)) {
        if (!schema.description) {
          report({ message: `Schema ${name} has no description.`, location: location.child(name) });
        }
        for (const [property, value] of Object.entries(schema.properties ?? {})) {
          if (!value.description && !value.$ref) {
            report({
              message: `Property ${property} of schema ${name} has no description.`,
              location: location.child([name, "properties", property]),
            });
          }
        }
      }
    },
  };
}

export default function style() {
  return { id: "accord", rules: { oas3: { "schemas-are-described": schemasAreDescribed } } };
}
