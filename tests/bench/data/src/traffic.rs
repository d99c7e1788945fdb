//! Traffic counts of lanes, a record for each lane and minute.

use crate::random::Random;
use crate::recipe::Shape;
use crate::record::Record;

/// Lanes that report each minute.
const LANES: usize = 4600;

/// Vehicles of an average lane in a minute, by hour of the day (UTC), times 10.
const DAY: [i64; 24] = [
    12, 8, 6, 7, 18, 70, 190, 260, 215, 150, 130, 135, 140, 145, 165, 220, 275, 250, 160, 95, 70, 55, 40, 22,
];

/// Classes of vehicles: their share in a thousand, and their speed on a free road.
const CLASSES: [(i64, i64); 5] = [(6, 112), (720, 115), (110, 104), (60, 92), (104, 88)];

/// Speed that stands for "no vehicle" in the harmonic mean.
const NO_VEHICLE: i64 = 252;

/// 2020-05-01, 06:30 UTC.
const START: i64 = 1_588_314_600;

/// What stays the same of a lane.
#[derive(Clone, Debug)]
struct Lane {
    name: String,
    id: i64,
    number: i64,
    /// Traffic compared with the average lane, in percent.
    busy: i64,
    broken: bool,
}

/// The lanes, and the one whose turn it is.
#[derive(Clone, Debug)]
pub(crate) struct Traffic {
    lanes: Vec<Lane>,
    at: usize,
    minute: i64,
}

/// A class in one minute: vehicles, arithmetic and harmonic mean of their speeds.
type Class = [i64; 3];

impl Traffic {
    pub(crate) fn new(random: &mut Random) -> Self {
        let mut id = 0;
        let lanes = (0..LANES).map(|index| {
            let road = ["H", "R", "A", "N"].get(index % 4).copied().unwrap_or_default();
            let side = if index / 4 % 2 == 0 { "L" } else { "R" };
            id += random.between(1, 2);
            Lane {
                name: format!("{road}{}{side}{}0", random.between(100, 999), index % 5 + 1),
                id,
                number: random.between(1, 699),
                busy: random.between(5, 120) + random.between(0, 80) * random.between(0, 1),
                broken: random.chance(300),
            }
        });
        Self { lanes: lanes.collect(), at: 0, minute: 0 }
    }

    pub(crate) fn write(&mut self, shape: Shape, random: &mut Random, record: &mut Record) {
        let time = START + 60 * self.minute;
        // Some come late.
        let time = if random.chance(50) { time - 60 * random.between(1, 90) } else { time };
        if let Some(lane) = self.lanes.get(self.at) {
            lane.write(time, shape, random, record);
        }
        self.at += 1;
        if self.at == self.lanes.len() {
            self.at = 0;
            self.minute += 1;
        }
    }
}

impl Lane {
    fn classes(&self, time: i64, working: bool, random: &mut Random) -> [Class; 5] {
        let hour = usize::try_from(time.rem_euclid(86_400) / 3600).unwrap_or(0);
        let load = DAY.get(hour).copied().unwrap_or(0) * self.busy / 100;
        CLASSES.map(|(share, free)| {
            let expected = load * share; // in ten-thousandths of a vehicle
            let vehicles = random.around(expected, expected / 2 + 4000) / 10_000;
            if vehicles <= 0 || !working {
                return [0, 0, NO_VEHICLE];
            }
            let jam = (load / 10 - 25).clamp(0, 40);
            let speed = random.around(free * (80 - jam) / 80, 7).clamp(5, 160);
            [vehicles, speed, (speed - random.between(0, 4)).max(5)]
        })
    }

    fn write(&self, time: i64, shape: Shape, random: &mut Random, record: &mut Record) {
        let working = !self.broken && !random.chance(20);
        let classes = self.classes(time, working, random);
        let vehicles: i64 = classes.iter().map(|class| class[0]).sum();
        let number: fn(&mut Record, i64) =
            if shape == Shape::Strings { Record::quoted } else { Record::number };
        let changed = iso(time + 60 + random.between(0, 11));
        let published = i64::from(!random.chance(100));
        let available = if random.chance(300) { random.between(0, 99) } else { 100 };
        let unrest = if vehicles > 0 { random.around(366, 180).max(0) } else { 0 };
        let totals = [(vehicles * 9 / 10).min(100), available, unrest];

        record.member("beschrijvende_id", |record| record.string(&self.name));
        record.member("unieke_id", |record| number(record, self.id));
        record.member("lve_nr", |record| number(record, self.number));
        record.required("tijd_waarneming", |record| record.number(time));
        record.member("tijd_laatst_gewijzigd", |record| record.display(format_args!("\"{changed}\"")));
        let flags = [published, i64::from(working), i64::from(!working), i64::from(vehicles > 0)];
        for (key, value) in ["actueel_publicatie", "beschikbaar", "defect", "geldig"].into_iter().zip(flags) {
            record.member(key, |record| number(record, value));
        }
        if shape == Shape::Nested {
            nested(&classes, totals, record);
            return;
        }
        for (keys, class) in KEYS.into_iter().zip(classes) {
            for (key, value) in keys.into_iter().zip(class) {
                record.member(key, |record| number(record, value));
            }
        }
        for (key, value) in TOTALS.into_iter().zip(totals) {
            record.member(key, |record| number(record, value));
        }
    }
}

fn nested(classes: &[Class; 5], totals: [i64; 3], record: &mut Record) {
    let pairs = |record: &mut Record, keys: [&str; 3], values: [i64; 3]| {
        for (key, value) in keys.into_iter().zip(values) {
            record.inner(key, |record| record.number(value));
        }
    };
    record.member("meetdata", |record| {
        record.array(|record| {
            for (number, class) in (1..).zip(classes) {
                record.item(|record| {
                    record.object(|record| {
                        record.inner("klasse_id", |record| record.number(number));
                        pairs(record, MEANS, *class);
                    });
                });
            }
        });
    });
    record.member("rekendata", |record| record.object(|record| pairs(record, RATES, totals)));
}

/// Keys of a class in a nested record.
pub(crate) const MEANS: [&str; 3] =
    ["verkeersintensiteit", "voertuigsnelheid_rekenkundig", "voertuigsnelheid_harmonisch"];

/// Keys of the totals in a nested record.
pub(crate) const RATES: [&str; 3] = ["bezettingsgraad", "beschikbaarheidsgraad", "onrustigheid"];

/// Keys of the totals in a flat record.
pub(crate) const TOTALS: [&str; 3] =
    ["rekendata_bezettingsgraad", "rekendata_beschikbaarheidsgraad", "rekendata_onrustigheid"];

macro_rules! keys {
    ($($class:literal)*) => {
        [$([
            concat!("verkeersintensiteit_klasse", $class),
            concat!("voertuigsnelheid_rekenkundig_klasse", $class),
            concat!("voertuigsnelheid_harmonisch_klasse", $class),
        ]),*]
    };
}

/// Keys of the classes in a flat record.
pub(crate) const KEYS: [[&str; 3]; 5] = keys!(1 2 3 4 5);

/// A time as the stream writes it, an hour east of Greenwich.
fn iso(time: i64) -> String {
    let local = time + 3600;
    let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    // Days since 0000-03-01, in eras of 400 years.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day = shifted.rem_euclid(146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{of_month:02}T{hour:02}:{minute:02}:{second:02}+01:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        assert_eq!(iso(0), "1970-01-01T01:00:00+01:00");
        assert_eq!(iso(1_582_930_800), "2020-02-29T00:00:00+01:00");
        assert_eq!(iso(START), "2020-05-01T07:30:00+01:00");
        assert_eq!(iso(-3601), "1969-12-31T23:59:59+01:00");
    }
}
