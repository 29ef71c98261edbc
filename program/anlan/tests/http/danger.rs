//! A hidden danger from found to struck off, judged by the loaded criteria.

use kernel::{EntityId, Ref};
use serde_json::{Value as Json, json};

use crate::client::{Answer, Node, Person, number};

const NEVER_SENT: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

struct Case<'n> {
    id: String,
    /// The account of the enterprise's safety manager.
    fixer: String,
    enterprise: String,
    reader: Person<'n>,
}

impl Case<'_> {
    fn act(&self, who: &Person<'_>, verb: &str, args: Json) -> Answer {
        who.command("danger", Some(&self.id), verb, args)
    }

    fn judge(&self, who: &Person<'_>, body: Json) -> Answer {
        who.post(&format!("/danger/{}/judge", self.id), &body)
    }

    fn state(&self) -> Json {
        self.reader.read(&format!("/danger/{}", self.id))["state"].clone()
    }

    /// Open major dangers at the enterprise, and of all inside the footprint with the lower bound.
    fn open_major(&self) -> (i64, Json, Json) {
        let impact = self.reader.read("/event/open/impact");
        let list = impact["enterprise_list"].as_array().unwrap();
        assert_eq!(impact["enterprises"]["value"], list.len());
        let row = list.iter().find(|e| e["ref"] == self.enterprise.as_str()).unwrap();
        let all = &impact["open_major_dangers"];
        (row["open_major"].as_i64().unwrap(), all["value"].clone(), all["low"].clone())
    }

    /// Dangers inside the footprint that nobody has judged.
    fn unjudged(&self) -> i64 {
        self.reader.read("/event/open/impact")["unjudged_dangers"].as_i64().unwrap()
    }
}

/// A hazardous-chemicals enterprise inside the footprint, and a danger found there by its township.
fn found(node: &Node) -> Case<'_> {
    let reader = node.person("county.duty");
    let impact = reader.read("/event/open/impact");
    let list = impact["enterprise_list"].as_array().unwrap();
    let at = list.iter().find(|e| e["hazchem"] == true).unwrap();
    let enterprise = at["ref"].as_str().unwrap().to_owned();
    let args = json!({
        "title": "储罐液位报警器失效", "place": "990102100001", "at": enterprise,
        "found_how": "inspection", "position": at["position"],
    });
    let township = node.person("township.1.duty");
    let found = township.command("danger", None, "find", args).good();
    let id = found["ref"].as_str().unwrap().trim_start_matches("danger:").to_owned();
    let number = at["source_id"].as_str().unwrap().trim_start_matches(['E', '0']);
    let fixer = format!("enterprise.{number}.safety");
    Case { id, fixer, enterprise, reader }
}

/// Every other danger is judged general.
fn judge_the_rest(case: &Case<'_>, inspector: &Person<'_>) {
    let answers = json!({"finding": "power_line", "line_crosses_against_standard": false});
    let all = case.reader.read("/danger?state=Found");
    for danger in all["items"].as_array().unwrap() {
        let path = format!("/danger/{}/judge", danger["id"].as_str().unwrap());
        let judged = inspector.post(&path, &json!({"answers": answers, "sector": "hazchem"}));
        assert_eq!(judged.good()["judgement"]["grade"], "general");
    }
}

/// The names of what is asked.
fn asked(answer: &Json) -> Vec<&str> {
    answer["ask"].as_array().unwrap().iter().map(|q| q["input"].as_str().unwrap()).collect()
}

#[test]
fn a_handful_is_asked_at_a_time_and_anew_after_each_answer_before_anything_is_signed() {
    let node = Node::new();
    let case = found(&node);
    let inspector = node.person("inspector.1");
    let draft = |answers: Json| {
        let body = json!({"answers": answers, "draft": true});
        case.judge(&inspector, body).good()
    };
    assert_eq!(asked(&draft(json!({}))), ["finding"], "what all else waits for");
    let cut = draft(json!({"finding": "emergency_cut"}));
    assert_eq!(
        (asked(&cut), &cut["judgement"]["missing"]),
        (vec!["major_hazard_class"], &json!(["major_hazard_class"]))
    );
    let third = json!({"finding": "emergency_cut", "major_hazard_class": 3});
    let third = draft(third);
    assert_eq!(
        (&third["judgement"]["grade"], &third["settled"]),
        (&json!("general"), &json!(true))
    );
    let second = json!({"finding": "emergency_cut", "major_hazard_class": 2});
    assert_eq!(asked(&draft(second)).len(), 4);
    let people = json!({"finding": "people", "principal_passed": null});
    let people = draft(people);
    assert_eq!(asked(&people), ["safety_manager_passed", "special_operator_certified"]);
    assert!(asked(&draft(json!({"finding": null}))).len() <= 5);
    assert_eq!(people["ops"], json!([]));
    assert_eq!(case.state(), "Found", "a draft writes nothing");
    let none = json!({"finding": "people", "principal_passed": null,
        "safety_manager_passed": null, "special_operator_certified": null});
    let unknown = case.judge(&inspector, json!({"answers": none})).good();
    assert_eq!(unknown["judgement"]["grade"], "undetermined");
    let kept = case.reader.read(&format!("/danger/{}", case.id));
    let kept = &kept["fields"]["judgement"]["value"];
    assert_eq!((&kept["criterion"], &kept["clause"]), (&json!(null), &json!(null)), "{kept}");
    let missing = ["principal_passed", "safety_manager_passed", "special_operator_certified"];
    assert_eq!(kept["missing"], json!(missing));
}

/// Seed 4 has an enterprise with a major hazard installation of class 3.
#[test]
fn what_the_enterprises_data_say_is_not_asked() {
    let name = format!("anlan-danger-{}-{}", std::process::id(), number());
    let dir = std::env::temp_dir().join(name);
    let made = std::process::Command::new(env!("CARGO_BIN_EXE_anlan"))
        .args(["exercise", "new", "--seed", "4", "--size", "village", "--json", "--out"])
        .arg(&dir)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let node = Node::of(&dir);
    let inspector = node.person("inspector.1");
    let at = Ref::new("organisation", EntityId::from_code("organisation", "enterprise.E0001"));
    let place = inspector.read("/session")["place"].clone();
    let args = json!({"title": "紧急切断阀失效", "place": place, "at": at});
    let danger = inspector.command("danger", None, "find", args).good();
    let path = format!("/danger/{}/judge", danger["ref"].as_str().unwrap().replace("danger:", ""));
    let cut = json!({"answers": {"finding": "emergency_cut"}, "draft": true});
    let judged = inspector.post(&path, &cut).good();
    let known = &judged["known"][0];
    assert_eq!((&known["input"], &known["value"]), (&json!("major_hazard_class"), &json!(3)));
    assert!(known["as_of"].is_string() && known["label"]["zh"].is_string(), "{known}");
    assert_eq!((&judged["judgement"]["grade"], asked(&judged).len()), (&json!("general"), 0));
    let other = json!({"answers": {"finding": "emergency_cut", "major_hazard_class": 1},
        "draft": true});
    let judged = inspector.post(&path, &other).good();
    assert_eq!((&judged["known"], asked(&judged).len()), (&json!([]), 4), "who looks knows best");
    let elsewhere = json!({"answers": {"finding": "design"}, "draft": true});
    assert_eq!(inspector.post(&path, &elsewhere).good()["known"], json!([]), "it does not matter");
}

#[test]
fn a_danger_is_judged_by_the_few_questions_that_matter() {
    let node = Node::new();
    let case = found(&node);
    let inspector = node.person("inspector.1");
    let unjudged = case.unjudged();
    assert!(unjudged > 1, "the county has dangers of its own that nobody judged");
    assert_eq!(case.open_major(), (0, json!(null), json!(0)), "not judged is not none");
    let asked = case.judge(&inspector, json!({})).good();
    assert_eq!((&asked["settled"], &asked["ops"]), (&json!(false), &json!([])));
    assert_eq!(asked["ask"][0]["input"], "finding", "the finding is asked first");
    assert_eq!(case.state(), "Found", "asking writes nothing");
    let answers = json!({"answers": {"finding": "alarm_or_explosion_proof"}});
    let judged = case.judge(&inspector, answers).good();
    assert_eq!(judged["judgement"]["grade"], "undetermined");
    let ask = judged["ask"].as_array().unwrap();
    assert!((1..=6).contains(&ask.len()), "only the questions of its own item: {ask:?}");
    assert!(ask.iter().any(|q| q["input"] == "gas_alarm"));
    assert_eq!(case.state(), "Determined");
    assert_eq!(case.open_major(), (1, json!(null), json!(0)), "undetermined counts as major");
    assert_eq!(case.unjudged(), unjudged - 1);
    let judged = case.judge(&inspector, json!({"answers": {"gas_alarm": false}})).good();
    let judgement = &judged["judgement"];
    assert_eq!((&judgement["grade"], &judged["settled"]), (&json!("major"), &json!(true)));
    assert_eq!(judgement["criterion"], "CH-12a");
    assert!(!judgement["clause"].as_str().unwrap().is_empty());
    assert_eq!(judgement["table"], "cn/prevention/major_danger_hazchem");
    let shown = case.reader.read(&format!("/danger/{}", case.id));
    let kept = &shown["fields"]["judgement"]["value"];
    assert_eq!(kept["inputs"].as_array().unwrap().len(), 2, "answers add up: {kept}");
    assert_eq!(kept["version"], judgement["version"]);
    assert_eq!(case.open_major(), (1, json!(null), json!(1)), "at least one");
    judge_the_rest(&case, &inspector);
    assert_eq!((case.open_major(), case.unjudged()), ((1, json!(1), json!(1)), 0));
    let lower = json!({"answers": {"finding": "power_line"}});
    case.judge(&inspector, lower).problem();
}

#[test]
fn a_danger_of_a_sector_without_criteria_is_undetermined_and_never_general() {
    let node = Node::new();
    let inspector = node.person("inspector.1");
    let find = json!({"title": "纺织厂棉尘堆积", "place": "990102100001"});
    let finder = node.person("township.1.duty");
    let made = finder.command("danger", None, "find", find).good();
    let path = format!("/danger/{}/judge", made["ref"].as_str().unwrap().replace("danger:", ""));
    let judge = |body: Json| inspector.post(&path, &body).good();
    let unknown = judge(json!({"draft": true}));
    assert_eq!((&unknown["sector"], &unknown["table"]), (&json!(null), &json!(null)));
    assert_eq!((&unknown["settled"], &unknown["ops"]), (&json!(false), &json!([])));
    let offered = unknown["sectors"].as_array().unwrap();
    let criteria =
        |code: &str| offered.iter().find(|s| s["code"] == code).unwrap()["criteria"].clone();
    assert_eq!((criteria("hazchem"), criteria("textile")), (json!(true), json!(false)));
    assert_eq!(criteria("unknown"), json!(false));
    let said = judge(json!({"sector": "textile", "draft": false}));
    assert_eq!(said["judgement"]["grade"], "undetermined");
    assert_eq!(said["judgement"]["missing"], json!(["criteria"]));
    assert_eq!(said["ops"].as_array().unwrap().len(), 2, "recorded and determined");
    let again = judge(json!({"draft": true}));
    assert_eq!((&again["sector"], &again["settled"]), (&json!("textile"), &json!(true)));
    let not_known = judge(json!({"sector": "unknown", "draft": false}));
    assert_eq!(not_known["judgement"]["missing"], json!(["sector"]));
    let chemical = judge(json!({"sector": "hazchem", "draft": true}));
    assert_eq!(chemical["ask"][0]["input"], "finding", "another sector can still be named");
    for none in [json!("../../x"), json!(5), json!(["textile"])] {
        let body = json!({"sector": none, "draft": false});
        assert_eq!(
            inspector.post(&path, &body).refused(422, "wrong-type")["details"]["field"],
            "sector"
        );
    }
    let line = json!({"finding": "power_line", "line_crosses_against_standard": false});
    judge(json!({"sector": "hazchem", "answers": line}));
    let later = judge(json!({"draft": true}));
    assert_eq!(later["sector"], "hazchem", "the sector that it was judged by stays");
}

#[test]
fn a_judgement_on_what_stood_before_another_is_refused() {
    let node = Node::new();
    let case = found(&node);
    let [first, second] = ["inspector.1", "inspector.2"].map(|account| node.person(account));
    let seen = case.judge(&second, json!({"draft": true})).good()["heads"].clone();
    let major = json!({"finding": "alarm_or_explosion_proof", "gas_alarm": false});
    case.judge(&first, json!({"answers": major, "seen": seen})).good();
    let general = json!({"finding": "power_line", "line_crosses_against_standard": false});
    let stale = json!({"answers": general, "seen": seen});
    case.judge(&second, stale).refused(422, "danger-changed");
    let shown = case.reader.read(&format!("/danger/{}", case.id));
    assert_eq!(shown["fields"]["judgement"]["value"]["grade"], "major");
}

#[test]
fn answers_that_are_none_and_posts_that_may_not_judge_are_refused() {
    let node = Node::new();
    let case = found(&node);
    let inspector = node.person("inspector.1");
    let answer = |answers: Json| case.judge(&inspector, json!({"answers": answers}));
    answer(json!({"finding": "ghost"})).refused(422, "bad-answer");
    answer(json!({"finding": 7})).refused(422, "bad-answer");
    answer(json!({"gas_alarm": [1]})).refused(422, "bad-answer");
    answer(json!({"mood": true})).refused(422, "unknown-field");
    answer(json!("yes")).refused(422, "wrong-type");
    case.judge(&inspector, json!({"grade": "general"})).refused(422, "unknown-field");
    let elsewhere = json!({"sector": "food", "answers": {"finding": "filling"}});
    let elsewhere = case.judge(&inspector, elsewhere);
    assert_eq!(elsewhere.refused(422, "no-criteria")["details"]["sector"], "food");
    let fixer = node.person("enterprise.1.safety");
    let answers = json!({"answers": {"finding": "distance"}});
    let problem = case.judge(&fixer, answers.clone()).refused(403, "no-right");
    assert!(!problem["details"]["who"].as_str().unwrap().is_empty());
    inspector.post("/danger/0000000000000000/judge", &answers).refused(404, "not-found");
    assert_eq!(case.state(), "Found", "nothing of it was written");
}

fn fixings() -> Json {
    json!({
        "measure": "更换报警器", "funds": 8_000_000, "deadline_at": "2026-11-26T00:00:00Z",
        "person": Ref::new("post", EntityId::from_code("post", "enterprise.1.safety")),
        "emergency_plan": "专人值守,液位不超 50%",
    })
}

/// The smallest PNG: one grey point.
const POINT: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\
    \nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82";

fn upload(who: &Person<'_>, picture: &[u8]) -> String {
    let key = format!("photo-{}", picture.len());
    let headers = [("content-type", "image/png"), ("idempotency-key", key.as_str())];
    let answer = who.ask("POST", "/blobs", &headers, picture).good();
    assert_eq!(answer["media_type"], "image/png");
    answer["hash"].as_str().unwrap().to_owned()
}

#[test]
fn a_photograph_comes_back_as_it_was_and_other_sorts_are_refused() {
    let node = Node::new();
    let fixer = node.person("enterprise.1.safety");
    let hash = upload(&fixer, POINT);
    assert_eq!(upload(&fixer, POINT), hash, "the same bytes are kept once");
    let back = node.person("inspector.1").get(&format!("/blobs/{hash}"));
    assert_eq!((back.status, back.kind.as_str(), back.body.as_slice()), (200, "image/png", POINT));
    let headers = [("content-type", "image/png"), ("idempotency-key", "photo-2")];
    let page = fixer.ask("POST", "/blobs", &headers, b"<script>alert(1)</script>");
    page.refused(422, "file-type-not-taken");
    node.stranger().ask("POST", "/blobs", &headers, POINT).refused(401, "not-signed-in");
    fixer
        .ask_declaring("POST", "/blobs", &headers, POINT, 300 << 20)
        .refused(413, "body-too-large");
}

#[test]
fn the_whole_life_of_a_major_danger() {
    let node = Node::new();
    let case = found(&node);
    let [first, second, third] =
        ["inspector.1", "inspector.2", "inspector.3"].map(|account| node.person(account));
    let fixer = node.person(&case.fixer);
    let answers = json!({"finding": "alarm_or_explosion_proof", "gas_alarm": false});
    case.judge(&first, json!({"answers": answers})).good();
    let mut four = fixings();
    four["emergency_plan"] = json!("");
    let refused = case.act(&first, "order", json!({"five_fixings": four}));
    assert_eq!(
        refused.refused(422, "five-fixings-incomplete")["details"]["part"],
        "emergency_plan"
    );
    case.act(&first, "order", json!({"five_fixings": fixings(), "order_sort": "rectify"})).good();
    case.act(&fixer, "start", json!({})).refused(422, "major-plan-not-approved");
    let other = node.person(if case.fixer == "enterprise.1.safety" {
        "enterprise.2.safety"
    } else {
        "enterprise.1.safety"
    });
    case.act(&other, "start", json!({})).refused(422, "not-of-this-enterprise");
    let plan = json!({"goal": "恢复报警", "methods": "更换、标定、试验",
        "approved_by": Ref::new("post", EntityId::from_code("post", "county.commander"))});
    let elsewhere = case.act(&first, "approve_plan", json!({"plan": plan}));
    elsewhere.refused(422, "plan-approved-elsewhere");
    let mut plan = plan;
    plan["approved_by"] = json!(Ref::new("post", EntityId::from_code("post", "inspector.1")));
    case.act(&first, "approve_plan", json!({"plan": plan})).good();
    case.act(&fixer, "start", json!({})).good();
    let (photo, later) = (upload(&fixer, POINT), upload(&fixer, &[POINT, b"\0"].concat()));
    let without = json!({"fixed": {"done": "更换", "before": [photo], "after": []}});
    case.act(&fixer, "self_accept", without).refused(422, "fixed-without-proof");
    let named = Ref::new("person", EntityId::from_code("person", "inspector.2"));
    let proof = |after: &str| {
        json!({"fixed": {"done": "更换并标定", "before": [photo], "after": [after],
            "fixer": named}})
    };
    let never_sent = case.act(&fixer, "self_accept", proof(NEVER_SENT));
    assert_eq!(never_sent.refused(422, "file-not-here")["details"]["hash"], NEVER_SENT);
    let same = case.act(&fixer, "self_accept", proof(&photo));
    same.refused(422, "same-photo-before-and-after");
    let fixed = proof(&later);
    case.act(&fixer, "self_accept", fixed).good();
    case.act(&fixer, "ask_review", json!({})).good();
    let opinion = json!({"opinion": "现场试验合格"});
    let by_fixer = case.act(&fixer, "pass", json!({"review": opinion}));
    by_fixer.refused(403, "no-right");
    let by_named = case.act(&second, "pass", json!({"review": opinion}));
    by_named.refused(422, "reviewer-fixed-it");
    case.act(&first, "pass", json!({"review": opinion})).good();
    let alone = case.act(&first, "sign_off", json!({"opinion": "同意销号"}));
    alone.refused(422, "major-needs-two-reviewers");
    let same = case.act(&first, "second_pass", json!({"second_review": opinion}));
    same.refused(422, "second-reviewer-is-the-first");
    case.act(&third, "second_pass", json!({"second_review": opinion})).good();
    case.act(&second, "sign_off", json!({})).refused(422, "signer-fixed-it");
    assert_eq!(case.open_major().0, 1, "open until it is signed off");
    case.act(&first, "sign_off", json!({"opinion": "同意销号"})).good();
    assert_eq!(case.state(), "SignedOff");
    judge_the_rest(&case, &first);
    assert_eq!(case.open_major(), (0, json!(0), json!(0)));
    case.act(&first, "pass", json!({"review": opinion})).refused(409, "broken-edge");
}
