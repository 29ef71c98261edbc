//! A text for people in both languages. The words come from data and message files, never from
//! code.

use serde::{Deserialize, Serialize};

/// Chinese and English.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default, PartialOrd, Ord)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Text { zh: zh.into(), en: en.into() }
    }

    /// A name that is not translated; in English its pinyin stands beside it.
    pub fn name(name: &str, pinyin: &str) -> Self {
        let en = if pinyin.is_empty() { name.to_owned() } else { pinyin.to_owned() };
        Text { zh: name.to_owned(), en }
    }
}
