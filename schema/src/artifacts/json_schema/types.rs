//! What each type takes on the wire.

use super::forms::{Forms, Members, members};
use super::{Draft, numbers, record, times};
use crate::json::Json;
use crate::keywords::Keywords;
use crate::logical_type::{Element, LogicalType};
use crate::table::{Rules, Scalar};

/// Beyond it a number rounds to infinity in single precision: halfway between the largest one and 2^128.
const FLOAT32_END: f64 = 340_282_356_779_733_660_000_000_000_000_000_000_000.0;
const BASE64: &str =
    "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw](?:==)?|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=?)?$";
const UUID: &str = "^(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$";
const TRUTH: &str = "^(?:[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$";

/// What holds for a whole schema.
#[derive(Clone, Copy)]
pub(super) struct Context {
    pub(super) draft: Draft,
    /// Values may stand in a list of one, and nothing may be an empty list or object.
    pub(super) xml_json: bool,
}

/// What a column must have because partitions are made of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    /// Some partition has no text for null.
    pub(super) never_null: bool,
    /// Lengths that a text may have in the path: least and most.
    pub(super) text: Vec<(usize, usize)>,
}

/// What a column, list element or map value takes.
pub(super) fn forms(
    ty: &LogicalType,
    nullable: bool,
    rules: &Rules,
    keywords: &Keywords,
    context: Context,
    source: Option<&Source>,
) -> Forms {
    let mut forms = match ty {
        LogicalType::List { element, length } => list(element, *length, rules, keywords, context),
        LogicalType::Map { key, value } => map(key, value, rules, keywords, context),
        LogicalType::Struct { columns } => {
            Forms { object: Some(record::members_of(columns, context)), ..Forms::default() }
        }
        LogicalType::Boolean
        | LogicalType::Int8
        | LogicalType::Int16
        | LogicalType::Int32
        | LogicalType::Int64
        | LogicalType::UInt8
        | LogicalType::UInt16
        | LogicalType::UInt32
        | LogicalType::Float32
        | LogicalType::Float64
        | LogicalType::Decimal { .. }
        | LogicalType::String
        | LogicalType::Char
        | LogicalType::Uuid
        | LogicalType::Enum(_)
        | LogicalType::Json
        | LogicalType::Binary
        | LogicalType::Date
        | LogicalType::Timestamp { .. } => {
            let mut forms = scalar(ty, rules, keywords);
            add_sentinels(&mut forms, ty, rules, keywords);
            forms
        }
    };
    forms.null = nullable || *ty == LogicalType::Json;
    if let Some(source) = source {
        if source.never_null {
            without_null(&mut forms, ty, rules);
        }
        // The texts of other types are short and plain.
        if matches!(ty, LogicalType::String | LogicalType::Char | LogicalType::Enum(_)) {
            let null = if source.never_null { Vec::new() } else { sentinels(ty, rules).0 };
            record::path_text(&mut forms, source, null);
        }
    }
    if context.xml_json {
        as_xml(&mut forms, ty);
    }
    forms
}

fn scalar(ty: &LogicalType, rules: &Rules, keywords: &Keywords) -> Forms {
    let point = if rules.decimal_comma { "," } else { r"\." };
    match ty {
        LogicalType::Boolean => Forms { boolean: true, ..Forms::pattern(TRUTH) },
        LogicalType::Int8
        | LogicalType::Int16
        | LogicalType::Int32
        | LogicalType::Int64
        | LogicalType::UInt8
        | LogicalType::UInt16
        | LogicalType::UInt32 => integer(ty, keywords),
        LogicalType::Float32 => {
            let ends = [("exclusiveMinimum", -FLOAT32_END), ("exclusiveMaximum", FLOAT32_END)];
            number(
                ends.map(|(keyword, end)| (keyword, Json::Float(end))).into(),
                keywords,
                numbers::float(point),
            )
        }
        LogicalType::Float64 => number(Vec::new(), keywords, numbers::float(point)),
        LogicalType::Decimal { precision, scale } => {
            let whole = precision.saturating_sub(*scale);
            let end = decimal_end(*precision, *scale);
            let ends = vec![("minimum", Json::Float(-end)), ("maximum", Json::Float(end))];
            number(ends, keywords, numbers::decimal(whole, point))
        }
        LogicalType::String => Forms {
            number: Some(("number", Members::new())),
            boolean: true,
            array: Some(Members::new()),
            object: Some(Members::new()),
            ..Forms::text(chosen(keywords, &["minLength", "maxLength", "pattern", "format"]))
        },
        LogicalType::Char => Forms::text(members([("minLength", Json::Int(1)), ("maxLength", Json::Int(1))])),
        LogicalType::Uuid => Forms::pattern(UUID),
        LogicalType::Enum(words) => Forms::words(
            words
                .iter()
                .flat_map(|word| std::iter::once(&word.word).chain(&word.aliases))
                .map(String::as_str),
        ),
        LogicalType::Json => Forms {
            number: Some(("number", Members::new())),
            boolean: true,
            array: Some(Members::new()),
            object: Some(Members::new()),
            ..Forms::text(Members::new())
        },
        LogicalType::Binary => {
            let byte = Json::Object(members([
                ("type", Json::from("integer")),
                ("minimum", Json::Int(0)),
                ("maximum", Json::Int(255)),
            ]));
            Forms { array: Some(members([("items", byte)])), ..Forms::pattern(BASE64) }
        }
        LogicalType::Date if rules.time.is_empty() => times::date(),
        LogicalType::Date => times::moment(&rules.time, true, false),
        LogicalType::Timestamp { instant, offset, .. } => times::moment(&rules.time, *instant, *offset),
        LogicalType::List { .. } | LogicalType::Map { .. } | LogicalType::Struct { .. } => Forms::default(),
    }
}

/// Range of an integer column: that of its type, or what its keywords leave of it.
fn range(ty: &LogicalType, keywords: &Keywords) -> (i64, i64) {
    let (mut low, mut high) = ty.integer_range().unwrap_or((i64::MIN, i64::MAX));
    for (keyword, value) in &keywords.own {
        // Whole bounds stay exact; conversion from floating point stops at the ends of the type.
        #[allow(clippy::cast_possible_truncation, reason = "saturates")]
        let whole = |round: fn(f64) -> f64| {
            if let Json::Int(value) = value {
                *value
            } else {
                round(value.as_number().unwrap_or_default()) as i64
            }
        };
        match keyword.as_str() {
            "minimum" => low = low.max(whole(f64::ceil)),
            "exclusiveMinimum" => low = low.max(whole(f64::floor).saturating_add(1)),
            "maximum" => high = high.min(whole(f64::floor)),
            "exclusiveMaximum" => high = high.min(whole(f64::ceil).saturating_sub(1)),
            _ => {}
        }
    }
    (low, high)
}

fn integer(ty: &LogicalType, keywords: &Keywords) -> Forms {
    let (low, high) = range(ty, keywords);
    if low > high {
        return Forms::default();
    }
    let mut bounds = members([("minimum", Json::Int(low)), ("maximum", Json::Int(high))]);
    bounds.extend(chosen(keywords, &["multipleOf"]));
    let pattern = numbers::whole(&numbers::integers(&[(low, high)]));
    Forms { number: Some(("integer", bounds)), ..Forms::pattern(pattern) }
}

fn number(ends: Vec<(&str, Json)>, keywords: &Keywords, pattern: String) -> Forms {
    const BOUNDS: [&str; 5] = ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"];
    let mut bounds = Members::new();
    for bound in BOUNDS {
        let end = ends.iter().find(|(keyword, _)| *keyword == bound).map(|(_, end)| end);
        let value = match (keywords.own.get(bound), end) {
            (Some(own), Some(end)) => crate::keywords::narrower(bound, own, end),
            (Some(own), None) => own.clone(),
            (None, Some(end)) => end.clone(),
            (None, None) => continue,
        };
        bounds.push((bound.to_owned(), value));
    }
    Forms { number: Some(("number", bounds)), ..Forms::pattern(pattern) }
}

/// Where rounding makes a decimal too large, at or a little beyond that place: no more is said than is certain.
fn decimal_end(precision: u8, scale: u8) -> f64 {
    /// Digits that doubles keep, with those of the half behind the last one.
    const EXACT: u8 = 14;
    let whole = i32::from(precision) - i32::from(scale);
    let end = 10_f64.powi(whole);
    if precision <= EXACT {
        let text = format!("{}{}5e-{}", "9".repeat(precision.into()), ".", scale);
        return text.parse().unwrap_or(end);
    }
    end.next_up()
}

fn list(
    element: &Element,
    length: Option<u64>,
    rules: &Rules,
    keywords: &Keywords,
    context: Context,
) -> Forms {
    let none = Keywords::default();
    let inner = keywords.items.as_deref().unwrap_or(&none);
    let item = forms(&element.ty, element.nullable, rules, inner, context, None);
    let mut array = vec![("items".to_owned(), described(item.clone(), None, inner, context))];
    if let Some(length) = length {
        let length = Json::Int(i64::try_from(length).unwrap_or(i64::MAX));
        array.extend(members([("minItems", length.clone()), ("maxItems", length)]));
    }
    array.extend(chosen(keywords, &["minItems", "maxItems", "uniqueItems"]));
    let fits = |keyword: &str, fits: fn(f64) -> bool| {
        array.iter().filter(|(name, _)| name == keyword).all(|(_, n)| n.as_number().is_some_and(fits))
    };
    // A lone value is a list of one.
    let lone = fits("minItems", |least| least <= 1.0) && fits("maxItems", |most| most >= 1.0);
    let lone = if lone { Forms { null: false, ..item } } else { Forms::default() };
    Forms { array: Some(array), ..lone }
}

fn map(key: &LogicalType, value: &Element, rules: &Rules, keywords: &Keywords, context: Context) -> Forms {
    let none = Keywords::default();
    let inner = keywords.values.as_deref().unwrap_or(&none);
    let mut object = Members::new();
    // Keys of text may be anything.
    if *key != LogicalType::String {
        let keys = scalar(key, &Rules::default(), &Keywords::default());
        let keys = Forms { text: keys.text, ..Forms::default() };
        object.push(("propertyNames".to_owned(), keys.schema()));
    }
    let values = forms(&value.ty, value.nullable, rules, inner, context, None);
    object.push(("additionalProperties".to_owned(), described(values, None, inner, context)));
    object.extend(chosen(keywords, &["minProperties", "maxProperties"]));
    Forms { object: Some(object), ..Forms::default() }
}

/// A schema with what people read in it.
pub(super) fn described(forms: Forms, comment: Option<&str>, keywords: &Keywords, context: Context) -> Json {
    let mut schema = chosen(keywords, &["title"]);
    schema.extend(comment.map(|comment| ("description".to_owned(), Json::from(comment))));
    schema.extend(forms.members());
    schema.extend(chosen(keywords, &["examples"]));
    if context.draft == Draft::Draft202012 {
        schema.extend(chosen(keywords, &["deprecated"]));
    }
    Json::Object(schema)
}

fn chosen(keywords: &Keywords, names: &[&str]) -> Members {
    let pick = |name: &&str| Some(((*name).to_owned(), keywords.own.get(*name)?.clone()));
    names.iter().filter_map(pick).collect()
}

/// Adds the values that mean null, where they are none that the column takes anyway.
fn add_sentinels(forms: &mut Forms, ty: &LogicalType, rules: &Rules, keywords: &Keywords) {
    let (words, values, texts) = sentinels(ty, rules);
    let any_text = *ty == LogicalType::String && forms.text.as_ref().is_some_and(Vec::is_empty);
    if !words.is_empty() && !any_text {
        let text = forms.text.iter_mut().flatten();
        match text.filter(|(name, _)| name == "enum").map(|(_, list)| list).next() {
            // Words join words.
            Some(Json::List(list)) => {
                let new: Vec<Json> = words.into_iter().filter(|word| !list.contains(word)).collect();
                list.extend(new);
            }
            _ => forms.also.push(Json::Object(members([("enum", Json::List(words))]))),
        }
    }
    if keywords.own.keys().any(|keyword| keyword.ends_with("imum") || keyword == "multipleOf")
        && !values.is_empty()
    {
        forms.also.push(Json::Object(members([("enum", Json::List(values))])));
        forms.also.extend(texts.map(|pattern| Forms::pattern(pattern).schema()));
    }
}

/// Sentinels: words, other values, and the pattern of those other values in quotes.
fn sentinels(ty: &LogicalType, rules: &Rules) -> (Vec<Json>, Vec<Json>, Option<String>) {
    let (mut words, mut values, mut ranges, mut truths) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for value in &rules.null_if {
        match value {
            Scalar::Text(text) => words.push(Json::from(text)),
            Scalar::Bool(truth) => {
                values.push(Json::Bool(*truth));
                truths.push(if *truth { "[Tt][Rr][Uu][Ee]" } else { "[Ff][Aa][Ll][Ss][Ee]" });
            }
            Scalar::Float(float) => values.push(Json::Float(*float)),
            Scalar::Int(int) => match i64::try_from(*int) {
                Ok(int) if ty.integer_range().is_some() => {
                    values.push(Json::Int(int));
                    ranges.push((int, int));
                }
                Ok(int) => values.push(Json::Int(int)),
                #[allow(clippy::cast_precision_loss, reason = "compared as a double by its readers too")]
                Err(_) => values.push(Json::Float(*int as f64)),
            },
        }
    }
    let numbers = (!ranges.is_empty()).then(|| numbers::integers(&ranges));
    let truths = (!truths.is_empty()).then(|| truths.join("|"));
    (words, values, numbers.or(truths).map(|texts| numbers::whole(&texts)))
}

/// Leaves nothing that would be null: what a partition is made of.
fn without_null(forms: &mut Forms, ty: &LogicalType, rules: &Rules) {
    forms.null = false;
    let (words, mut values, texts) = sentinels(ty, rules);
    if *ty == LogicalType::String {
        // Numbers and truth values are compared as text.
        let plain = |word: &Json| serde_json::from_str::<serde_json::Value>(word.as_text()?).ok();
        let plain = words.iter().filter_map(plain).filter(|value| value.is_number() || value.is_boolean());
        values.extend(plain.map(|value| Json::from(&value)));
    }
    if let LogicalType::Enum(list) = ty {
        // An alias is the word that it stands for.
        let null = list.iter().filter(|word| words.contains(&Json::from(&word.word)));
        values.extend(null.flat_map(|word| &word.aliases).map(Json::from));
    }
    values.extend(words);
    let not = |schema: Json| Json::Object(members([("not", schema)]));
    if !values.is_empty() {
        forms.and.push(not(Json::Object(members([("enum", Json::List(values))]))));
    }
    forms.and.extend(texts.map(|pattern| not(Forms::pattern(pattern).schema())));
}

/// JSON that was made of XML: a value in a list of one, nothing as an empty list or object.
fn as_xml(forms: &mut Forms, ty: &LogicalType) {
    let record = matches!(ty, LogicalType::Struct { .. });
    let alone = ty.is_scalar() && !matches!(ty, LogicalType::Json | LogicalType::Binary);
    if !record && !alone {
        return;
    }
    if alone {
        match (&mut forms.object, forms.null) {
            // A text takes any object, and an empty one as null.
            (Some(object), false) => object.push(("minProperties".to_owned(), Json::Int(1))),
            (Some(_), true) | (None, false) => {}
            (object @ None, true) => *object = Some(members([("maxProperties", Json::Int(0))])),
        }
    }
    let inner = Forms { null: forms.null, array: None, ..forms.clone() };
    let mut array = members([("items", inner.schema())]);
    if !forms.null {
        array.push(("minItems".to_owned(), Json::Int(1)));
    }
    array.push(("maxItems".to_owned(), Json::Int(1)));
    forms.array = Some(array);
}
