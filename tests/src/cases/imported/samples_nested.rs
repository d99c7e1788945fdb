use chrono::{DateTime, Utc};
use lakebed::{ColumnType, Record};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "nested")]
pub struct Nested {
    pub beschrijvende_id: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub unieke_id: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub lve_nr: String,
    // guessed: an instant, as every text is a time with a zone
    #[lake(time(rfc3339))]
    pub tijd_waarneming: DateTime<Utc>,
    // guessed: an instant, as every text is a time with a zone
    #[lake(time(rfc3339))]
    pub tijd_laatst_gewijzigd: DateTime<Utc>,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub actueel_publicatie: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub beschikbaar: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub defect: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub geldig: String,
    pub meetdata: Vec<Meetdata>,
    pub rekendata: Rekendata,
}

/// A record in `meetdata`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Meetdata {
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub klasse_id: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub verkeersintensiteit: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub voertuigsnelheid_rekenkundig: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub voertuigsnelheid_harmonisch: String,
}

/// A record in `rekendata`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Rekendata {
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub bezettingsgraad: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub beschikbaarheidsgraad: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub onrustigheid: String,
}
