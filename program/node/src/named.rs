//! What a refusal or a row names by its code, in words for people: fields, parts, verbs, acts,
//! kinds, departments.

use crate::desk::Desk;
use crate::text::Text;

impl Desk {
    /// The words of a refusal's detail: of a field, part, verb, kind or act of an entity. `None`
    /// where the detail is no name of the program's.
    pub fn detail_words(&self, kind: &str, detail: &str, value: &str) -> Option<Text> {
        match detail {
            "field" | "part" => self.field_words(kind, value),
            "verb" => self.labels.get(kind)?.get(&format!("verb.{value}")).cloned(),
            "kind" => self.labels.get(value)?.get("entity.name").cloned(),
            "act" => self.act_words(value),
            "state" => self.labels.get(kind)?.get(&format!("state.{value}")).cloned(),
            "who" | "may" => self.people_words(value),
            "level" | "proposed" if kind == "response" => {
                self.labels.get(kind)?.get(&format!("code.level_if_open_met.{value}")).cloned()
            }
            "place" => Some(self.area.name(value.parse().ok()?)),
            _ => None,
        }
    }

    /// `county.commander / county.duty` -> who holds those accounts.
    fn people_words(&self, accounts: &str) -> Option<Text> {
        let people = self.people();
        let person = |account: &str| Some(people.accounts.get(account)?.person.clone());
        let names: Option<Vec<Text>> = accounts.split(" / ").map(person).collect();
        let (zh, en): (Vec<_>, Vec<_>) = names?.into_iter().map(|n| (n.zh, n.en)).unzip();
        Some(Text::new(zh.join(" / "), en.join(" / ")))
    }

    /// `five_fixings.deadline_at` -> the field, then the part.
    fn field_words(&self, kind: &str, path: &str) -> Option<Text> {
        let labels = self.labels.get(kind)?;
        let (head, part) = path.split_once('.').map_or((path, None), |(h, p)| (h, Some(p)));
        let word = |name: &str| {
            let field = labels.get(&format!("field.{name}"));
            field.or_else(|| labels.get(&format!("part.{name}"))).cloned()
        };
        let head = word(head)?;
        let Some(part) = part.and_then(word) else { return Some(head) };
        Some(Text::new(format!("{} · {}", head.zh, part.zh), format!("{} · {}", head.en, part.en)))
    }

    /// `relief_plan.make` -> the kind, then the verbs that the act is the right for.
    fn act_words(&self, act: &str) -> Option<Text> {
        let kind = act.split_once('.')?.0;
        let entry = self.entry(kind).ok()?;
        let labels = self.labels.get(kind)?;
        let name = labels.get("entity.name")?;
        let mut verbs: Vec<&str> =
            entry.edges.iter().filter(|e| e.grant == act).map(|e| e.verb).collect();
        verbs.dedup();
        let words: Vec<_> = verbs.iter().map(|v| labels.word(&format!("verb.{v}"))).collect();
        let (zh, en): (Vec<_>, Vec<_>) = words.into_iter().map(|w| (w.zh, w.en)).unzip();
        let said = |name: &str, verbs: &[String]| match verbs.is_empty() {
            true => name.to_owned(),
            false => format!("{name}: {}", verbs.join(" / ")),
        };
        Some(Text::new(said(&name.zh, &zh), said(&name.en, &en)))
    }

    /// The body of a department of the plan, as it is called; its code where no body of it is known
    /// here.
    pub(crate) fn department_words(&self, code: &str) -> Text {
        let views = self.record.views();
        let found = views.find("organisation", "department", code);
        let own = found.iter().min_by_key(|v| {
            let place = v.int(ledger::entity::PLACE).and_then(|p| u64::try_from(p).ok());
            (place != Some(self.info.place.0), v.id)
        });
        let name_en = self.entry("organisation").ok().and_then(|e| e.field("name_en"));
        let words = own.and_then(|view| {
            let name = view.text(directory::organisation::NAME)?;
            let english = name_en.and_then(|f| view.text(f.number)).unwrap_or_default();
            Some(Text::name(name, english))
        });
        words.unwrap_or_else(|| Text::new(code, code))
    }
}
