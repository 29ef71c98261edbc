//! The contract of the API, made of the table of calls and of what the entities declare.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value as Json_, json};

use super::Shared;
use super::calls::{CALLS, Call, Takes};

/// `GET /openapi.json`
pub async fn show(State(app): State<Shared>) -> Json<Json_> {
    Json(json!({
        "openapi": "3.1.0",
        "info": {"title": "Anlan", "version": app.desk.info().version},
        "paths": paths(),
        "components": {
            "schemas": schemas(app.desk.schemas()),
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": super::COOKIE},
            },
        },
        "security": [{"session": []}],
    }))
}

fn paths() -> Map<String, Json_> {
    let mut paths: Map<String, Json_> = Map::new();
    for call in CALLS {
        let path = paths.entry(format!("/api/v1{}", call.path)).or_insert_with(|| json!({}));
        path[call.method] = operation(call);
    }
    paths
}

fn schemas(mut schemas: Map<String, Json_>) -> Map<String, Json_> {
    let named = |name: &String| json!({"$ref": format!("#/components/schemas/{name}")});
    let commands = schemas.keys().filter(|name| name.starts_with("command.")).map(named);
    let commands: Vec<Json_> = commands.collect();
    schemas.insert("command".to_owned(), json!({"oneOf": commands}));
    schemas.insert("problem".to_owned(), problem());
    schemas
}

fn operation(call: &Call) -> Json_ {
    let named = |place: &str, name: &str, required: bool| {
        let text = json!({"type": "string"});
        json!({"name": name, "in": place, "required": required, "schema": text})
    };
    let parts = call.path.split('/');
    let in_path = parts.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Json_> = in_path.map(|name| named("path", name, true)).collect();
    if let Takes::Query(names) = &call.takes {
        parameters.extend(names.iter().map(|name| named("query", name, false)));
    }
    let writes = call.method == "post" && !["/session", "/setup"].contains(&call.path);
    if writes {
        parameters.push(named("header", "Idempotency-Key", true));
    }
    let refusal = json!({"description": "why not, and what to do", "content": {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}},
    }});
    let mut operation = json!({
        "summary": call.summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": call.summary, "content": {"application/json": {}}},
            "default": refusal,
        },
    });
    let body = |schema: Json_| {
        let content = json!({"application/json": {"schema": schema}});
        json!({"required": true, "content": content})
    };
    match call.takes {
        Takes::Body => operation["requestBody"] = body(json!({"type": "object"})),
        Takes::Command => {
            operation["requestBody"] = body(json!({"$ref": "#/components/schemas/command"}));
        }
        Takes::File(most) => {
            operation["requestBody"] = json!({"required": true,
                "description": format!("at most {} MiB", most >> 20),
                "content": {"application/octet-stream": {}}});
        }
        Takes::Nothing | Takes::Query(_) => {}
    }
    operation
}

fn problem() -> Json_ {
    let words = json!({"type": "object", "properties":
        {"zh": {"type": "string"}, "en": {"type": "string"}}});
    json!({
        "type": "object", "required": ["type", "status", "title", "code"],
        "properties": {
            "type": {"type": "string"}, "status": {"type": "integer"}, "title": words,
            "detail": words, "code": {"type": "string"}, "details": {"type": "object"},
            "source": {"type": ["string", "null"]},
        },
    })
}
