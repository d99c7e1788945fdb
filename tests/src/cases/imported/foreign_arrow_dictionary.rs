use lakebed::Record;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "arrow_dictionary")]
pub struct ArrowDictionary {
    pub word: Option<String>,
    pub large: Option<String>,
    #[lake(binary)]
    pub bytes: Option<Vec<u8>>,
}
