use chrono::{DateTime, Utc};
use lakebed::Record;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "flat")]
pub struct Flat {
    pub beschrijvende_id: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub unieke_id: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub lve_nr: String,
    pub tijd_waarneming: i64,
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
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub verkeersintensiteit_klasse1: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub voertuigsnelheid_rekenkundig_klasse1: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub voertuigsnelheid_harmonisch_klasse1: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub verkeersintensiteit_klasse2: String,
    pub voertuigsnelheid_rekenkundig_klasse2: i64,
    pub voertuigsnelheid_harmonisch_klasse2: i64,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub verkeersintensiteit_klasse3: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub voertuigsnelheid_rekenkundig_klasse3: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub voertuigsnelheid_harmonisch_klasse3: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub verkeersintensiteit_klasse4: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub voertuigsnelheid_rekenkundig_klasse4: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub voertuigsnelheid_harmonisch_klasse4: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub verkeersintensiteit_klasse5: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub voertuigsnelheid_rekenkundig_klasse5: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub voertuigsnelheid_harmonisch_klasse5: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub rekendata_bezettingsgraad: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub rekendata_beschikbaarheidsgraad: String,
    // guessed: text, as the numbers are in quotes; a number type reads them too
    pub rekendata_onrustigheid: String,
}
