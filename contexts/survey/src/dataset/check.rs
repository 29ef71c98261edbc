//! What a dataset asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, View};
use serde_json::Value as Json;

/// Refuses a version that does not say what it is, and coordinates that are never stored.
pub fn check(_view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
    let Some(version) = command.args.get("version") else { return Ok(()) };
    let text = |part: &str| version.get(part).and_then(Json::as_str).unwrap_or_default();
    for part in ["hash", "source", "collected_at", "crs", "licence"] {
        if text(part).trim().is_empty() {
            return Err(
                Refusal::new("dataset-version-incomplete", "house, decision 4").with("part", part)
            );
        }
    }
    if !matches!(text("crs"), "EPSG:4490" | "EPSG:4326") {
        return Err(
            Refusal::new("dataset-coordinates", "house, decision 16").with("crs", text("crs"))
        );
    }
    Ok(())
}
