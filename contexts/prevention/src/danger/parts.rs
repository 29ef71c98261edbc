//! The parts of a danger's fields, and its grade.

use ledger::{Shape, View};

use super::JUDGEMENT;

const INPUT: Shape = Shape::Record(&[
    (1, "name", Shape::Text(80)),
    (2, "answer", Shape::Text(200)),
    (3, "unit", Shape::Text(20)),
    (4, "seen_at", Shape::Instant),
    (5, "photo", Shape::Blob),
]);

/// Grade with the criterion it rests on, its version and inputs. Source: domain, §8.3, §8.7.
pub const JUDGEMENT_SHAPE: Shape = Shape::Record(&[
    (1, "grade", Shape::Code(&[(1, "general"), (2, "major"), (3, "undetermined")])),
    (2, "criterion", Shape::Text(80)),
    (3, "clause", Shape::Text(300)),
    (4, "table", Shape::Text(120)),
    (5, "version", Shape::Text(60)),
    (6, "table_hash", Shape::Hash),
    (7, "inputs", Shape::List(&INPUT, 60)),
    (8, "missing", Shape::List(&Shape::Text(80), 60)),
]);

/// Measure, funds, deadline, person, plan. Source: R16; domain, §8.3.
pub const FIVE_FIXINGS_SHAPE: Shape = Shape::Record(&[
    (1, "measure", Shape::Text(1_000)),
    (2, "funds", Shape::Int { min: 0, max: 1_000_000_000_000, unit: "fen" }),
    (3, "deadline_at", Shape::Instant),
    (4, "person", Shape::Ref(&["person", "post"])),
    (5, "emergency_plan", Shape::Text(1_000)),
]);

/// The plan of a major one. Source: R16 art. 15.
pub const PLAN_SHAPE: Shape = Shape::Record(&[
    (1, "goal", Shape::Text(1_000)),
    (2, "methods", Shape::Text(2_000)),
    (3, "document", Shape::Blob),
    (4, "approved_by", Shape::Ref(&["post", "organisation"])),
]);

/// What was done, with photographs before and after. Source: domain, §8.6.
pub const FIXED_SHAPE: Shape = Shape::Record(&[
    (1, "done", Shape::Text(1_000)),
    (2, "before", Shape::List(&Shape::Blob, 20)),
    (3, "after", Shape::List(&Shape::Blob, 20)),
    (4, "fixer", Shape::Ref(&["person", "post"])),
    (5, "done_at", Shape::Instant),
]);

/// A reviewer's opinion after looking on site. Source: domain, §8.6.
pub const REVIEW_SHAPE: Shape = Shape::Record(&[
    (1, "opinion", Shape::Text(1_000)),
    (2, "reviewer", Shape::Ref(&["person", "post"])),
    (3, "seen_at", Shape::Instant),
    (4, "photos", Shape::List(&Shape::Blob, 20)),
    (5, "residual_risk", Shape::Text(500)),
]);

/// How it came to light.
pub const FOUND_HOW_SHAPE: Shape = Shape::Code(&[
    (1, "self_inspection"),
    (2, "inspection"),
    (3, "expert"),
    (4, "tip_off"),
    (5, "monitoring"),
    (6, "accident"),
]);

/// How bad a danger was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// General.
    General,
    /// Major: meets a published criterion.
    Major,
    /// Inputs are missing: treated as major.
    Undetermined,
}

/// The grade that holds; `None`: not judged.
pub fn grade(view: &View) -> Option<Grade> {
    match view.get(JUDGEMENT)?.as_map()?.get(&1)?.as_int()? {
        1 => Some(Grade::General),
        2 => Some(Grade::Major),
        3 => Some(Grade::Undetermined),
        _ => None,
    }
}
