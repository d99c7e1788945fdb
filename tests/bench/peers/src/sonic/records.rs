//! The records, a struct each. Absent members are null, unknown ones are passed over.

use super::values::{Instant, Text};
use serde::{Deserialize, Serialize};

/// Traffic counts, flat; `N` reads a number.
#[derive(Serialize, Deserialize)]
pub struct Flat<'a, N> {
    #[serde(borrow)]
    beschrijvende_id: Option<Text<'a>>,
    unieke_id: Option<N>,
    lve_nr: Option<N>,
    tijd_waarneming: i64,
    tijd_laatst_gewijzigd: Option<Instant>,
    actueel_publicatie: Option<N>,
    beschikbaar: Option<N>,
    defect: Option<N>,
    geldig: Option<N>,
    verkeersintensiteit_klasse1: Option<N>,
    voertuigsnelheid_rekenkundig_klasse1: Option<N>,
    voertuigsnelheid_harmonisch_klasse1: Option<N>,
    verkeersintensiteit_klasse2: Option<N>,
    voertuigsnelheid_rekenkundig_klasse2: Option<N>,
    voertuigsnelheid_harmonisch_klasse2: Option<N>,
    verkeersintensiteit_klasse3: Option<N>,
    voertuigsnelheid_rekenkundig_klasse3: Option<N>,
    voertuigsnelheid_harmonisch_klasse3: Option<N>,
    verkeersintensiteit_klasse4: Option<N>,
    voertuigsnelheid_rekenkundig_klasse4: Option<N>,
    voertuigsnelheid_harmonisch_klasse4: Option<N>,
    verkeersintensiteit_klasse5: Option<N>,
    voertuigsnelheid_rekenkundig_klasse5: Option<N>,
    voertuigsnelheid_harmonisch_klasse5: Option<N>,
    rekendata_bezettingsgraad: Option<N>,
    rekendata_beschikbaarheidsgraad: Option<N>,
    rekendata_onrustigheid: Option<N>,
}

/// Traffic counts, nested.
#[derive(Serialize, Deserialize)]
pub struct Nested<'a> {
    #[serde(borrow)]
    beschrijvende_id: Option<Text<'a>>,
    unieke_id: Option<i32>,
    lve_nr: Option<i32>,
    tijd_waarneming: i64,
    tijd_laatst_gewijzigd: Option<Instant>,
    actueel_publicatie: Option<i32>,
    beschikbaar: Option<i32>,
    defect: Option<i32>,
    geldig: Option<i32>,
    meetdata: Option<Vec<Class>>,
    rekendata: Option<Rates>,
}

#[derive(Serialize, Deserialize)]
pub struct Class {
    klasse_id: Option<i32>,
    verkeersintensiteit: Option<i32>,
    voertuigsnelheid_rekenkundig: Option<i32>,
    voertuigsnelheid_harmonisch: Option<i32>,
}

#[derive(Serialize, Deserialize)]
pub struct Rates {
    bezettingsgraad: Option<i32>,
    beschikbaarheidsgraad: Option<i32>,
    onrustigheid: Option<i32>,
}

#[derive(Serialize, Deserialize)]
pub struct Texts<'a> {
    #[serde(borrow)]
    title: Option<Text<'a>>,
    #[serde(borrow)]
    summary: Option<Text<'a>>,
    #[serde(borrow)]
    body: Option<Text<'a>>,
    #[serde(borrow)]
    comment: Option<Text<'a>>,
    #[serde(borrow)]
    source: Option<Text<'a>>,
}

#[derive(Serialize, Deserialize)]
pub struct Deep<'a> {
    id: i64,
    #[serde(borrow)]
    level1: Option<Level1<'a>>,
}

#[derive(Serialize, Deserialize)]
pub struct Level1<'a> {
    number: Option<i32>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    level2: Option<Level2<'a>>,
}

#[derive(Serialize, Deserialize)]
pub struct Level2<'a> {
    number: Option<i32>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    level3: Option<Level3<'a>>,
}

#[derive(Serialize, Deserialize)]
pub struct Level3<'a> {
    number: Option<i32>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    level4: Option<Level4<'a>>,
}

#[derive(Serialize, Deserialize)]
pub struct Level4<'a> {
    number: Option<i32>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    level5: Option<Level5<'a>>,
}

#[derive(Serialize, Deserialize)]
pub struct Level5<'a> {
    number: Option<i32>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    level6: Option<Level6<'a>>,
}

#[derive(Serialize, Deserialize)]
pub struct Level6<'a> {
    number: Option<i32>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    items: Option<Vec<Item<'a>>>,
}

#[derive(Serialize, Deserialize)]
pub struct Item<'a> {
    key: Option<i32>,
    #[serde(borrow)]
    tags: Option<Vec<Text<'a>>>,
}

#[derive(Serialize, Deserialize)]
pub struct Distinct<'a> {
    #[serde(borrow)]
    user: Option<Text<'a>>,
    #[serde(borrow)]
    session: Option<Text<'a>>,
    #[serde(borrow)]
    path: Option<Text<'a>>,
    number: Option<i64>,
    code: Option<i64>,
    #[serde(borrow)]
    order: Option<Text<'a>>,
}

#[derive(Serialize, Deserialize)]
pub struct Floats {
    id: i64,
    latitude: Option<f64>,
    longitude: Option<f64>,
    height: Option<f64>,
    speed: Option<f64>,
    heading: Option<f64>,
    voltage: Option<f64>,
    current: Option<f64>,
    pressure: Option<f64>,
    flow: Option<f64>,
    level: Option<f64>,
    drift: Option<f64>,
    score: Option<f64>,
}
