//! The commands and entities of the registry as JSON Schema: the part of the API's contract that
//! follows from what the entities declare. Nothing here is written by hand for one of them.

use ledger::{Entry, Shape, Verb};
use serde_json::{Map, Value as Json, json};

use crate::check::SHARED;
use crate::desk::Desk;

impl Desk {
    /// Schemas by name: `command.<kind>.<verb>` is a command's body, `entity.<kind>` the values of
    /// an entity's fields.
    pub fn schemas(&self) -> Map<String, Json> {
        let mut schemas = Map::new();
        for entry in self.record.registry.0 {
            let kind = entry.kind.name;
            for verb in entry.verbs {
                schemas.insert(format!("command.{kind}.{}", verb.name), command(entry, verb));
            }
            let fields = entry.fields.iter().map(|f| (f.name.to_owned(), schema(&f.shape)));
            let fields: Map<String, Json> = fields.collect();
            let values = json!({"type": "object", "properties": fields});
            schemas.insert(format!("entity.{kind}"), values);
        }
        schemas
    }
}

/// The body of `POST /commands` for one verb.
fn command(entry: &Entry, verb: &Verb) -> Json {
    let own = verb.needs.iter().chain(verb.may).filter_map(|name| entry.field(name));
    let own = own.map(|f| (f.name.to_owned(), schema(&f.shape)));
    let shared = SHARED.iter().map(|(_, name, shape)| ((*name).to_owned(), schema(shape)));
    let args: Map<String, Json> = shared.chain(own).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["entity", "verb", "args"],
        "properties": {
            "entity": {"const": entry.kind.name},
            "verb": {"const": verb.name},
            "id": {"type": ["string", "null"], "pattern": "^[0-9a-hjkmnp-tv-z]{16}$"},
            "args": {
                "type": "object", "additionalProperties": false,
                "required": verb.needs, "properties": args,
            },
            "seen": {
                "type": ["array", "null"],
                "items": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            },
        },
    })
}

/// A shape as JSON Schema; every value may be null, which is "not known, said on purpose".
fn schema(shape: &Shape) -> Json {
    let or_null = |mut json: Json| {
        let own = json["type"].clone();
        json["type"] = json!([own, "null"]);
        json
    };
    match shape {
        Shape::Text(max) => or_null(json!({"type": "string", "maxLength": max})),
        Shape::Int { min, max, unit } => {
            let mut int = json!({"type": "integer", "minimum": min, "maximum": max});
            if !unit.is_empty() {
                int["x-unit"] = json!(unit);
            }
            or_null(int)
        }
        Shape::Bool => or_null(json!({"type": "boolean"})),
        Shape::Code(codes) => {
            let names = codes.iter().map(|c| json!(c.1)).chain([Json::Null]);
            json!({"enum": names.collect::<Vec<_>>()})
        }
        Shape::Ref(kinds) => {
            let kinds = if kinds.is_empty() { "[a-z_]+".to_owned() } else { kinds.join("|") };
            let pattern = format!("^({kinds}):[0-9a-hjkmnp-tv-z]{{16}}$");
            or_null(json!({"type": "string", "pattern": pattern}))
        }
        Shape::Hash | Shape::Blob => {
            or_null(json!({"type": "string", "pattern": "^[0-9a-f]{64}$"}))
        }
        Shape::Place => or_null(json!({"type": "string", "pattern": "^[0-9]{12,15}$"})),
        Shape::Position => {
            let degrees = json!({"type": "number", "x-unit": "degree CGCS2000"});
            or_null(json!({"type": "array", "items": degrees, "minItems": 2, "maxItems": 2}))
        }
        Shape::Area => or_null(json!({"type": "array", "description":
            format!("GeoJSON MultiPolygon coordinates, at most {} vertices",
                ledger::shape::AREA_VERTICES_MAX)})),
        Shape::Instant => or_null(json!({"type": "string", "format": "date-time"})),
        Shape::List(inner, max) => {
            or_null(json!({"type": "array", "items": schema(inner), "maxItems": max}))
        }
        Shape::Record(parts) => {
            let parts: Map<String, Json> =
                parts.iter().map(|(_, name, shape)| ((*name).to_owned(), schema(shape))).collect();
            or_null(json!({
                "type": "object", "additionalProperties": false, "properties": parts,
            }))
        }
        Shape::Any => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::{command, schema};
    use crate::registry::ENTITIES;

    #[test]
    fn a_command_names_what_it_needs_and_what_it_may_point_at() {
        let entry = ENTITIES.iter().find(|e| e.kind.name == "danger").unwrap();
        let find = command(entry, entry.verb("find").unwrap());
        assert_eq!(find["properties"]["args"]["required"], serde_json::json!(["title", "place"]));
        let at = &find["properties"]["args"]["properties"]["at"];
        assert_eq!(at["pattern"], "^(organisation|site):[0-9a-hjkmnp-tv-z]{16}$");
    }

    #[test]
    fn every_shape_of_the_registry_allows_unknown() {
        for entry in ENTITIES {
            for field in entry.fields {
                let schema = schema(&field.shape);
                let types = schema["type"].as_array().cloned().unwrap_or_default();
                let codes = schema["enum"].as_array().cloned().unwrap_or_default();
                let allows = types.contains(&"null".into())
                    || codes.contains(&serde_json::Value::Null)
                    || schema == serde_json::json!({});
                assert!(allows, "{}.{}: {schema}", entry.kind.name, field.name);
            }
        }
    }
}
