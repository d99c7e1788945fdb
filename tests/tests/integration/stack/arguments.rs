//! Terraform's AWS provider knows every argument of our modules, and gets those that it wants.

use super::cases;
use lakebed_tests::workspace;
use serde_json::{Map, Value, json};

/// Arguments that every resource takes.
const META: [&str; 5] = ["//", "count", "depends_on", "dynamic", "lifecycle"];

fn provider() -> Value {
    let file = workspace::root().join("tests/data/terraform/aws-provider-6.25.0.json");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).expect("JSON")
}

/// What is wrong with a module.
fn problems(provider: &Value, module: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    for (blocks, mark) in [(&module["resource"], ""), (&module["data"], "data.")] {
        for (kind, named) in blocks.as_object().expect("blocks") {
            let Some(arguments) = provider[format!("{mark}{kind}")].as_object() else {
                problems.push(format!("{mark}{kind}: no such type"));
                continue;
            };
            for (name, body) in named.as_object().expect("blocks by name") {
                block(arguments, body, &format!("{mark}{kind}.{name}"), &mut problems);
            }
        }
    }
    problems
}

fn block(arguments: &Map<String, Value>, body: &Value, at: &str, problems: &mut Vec<String>) {
    let Some(members) = body.as_object() else {
        problems.push(format!("{at}: {body} is no block"));
        return;
    };
    for (name, value) in members.iter().filter(|(name, _)| !META.contains(&name.as_str())) {
        match arguments.get(name) {
            Some(argument) => self::argument(argument, value, &format!("{at}.{name}"), problems),
            None => problems.push(format!("{at}.{name}: no such argument")),
        }
    }
    for (name, blocks) in members.get("dynamic").and_then(Value::as_object).into_iter().flatten() {
        for made in blocks.as_array().expect("a list of blocks") {
            match arguments.get(name) {
                Some(argument) => {
                    self::argument(argument, &json!([made["content"]]), &format!("{at}.{name}"), problems);
                }
                None => problems.push(format!("{at}.{name}: no such argument")),
            }
        }
    }
    for (name, argument) in arguments {
        if argument["required"] == true && members.get(name).is_none_or(Value::is_null) {
            problems.push(format!("{at}.{name}: is missing"));
        }
    }
}

fn argument(argument: &Value, value: &Value, at: &str, problems: &mut Vec<String>) {
    if let Some(inner) = argument.get("one").or(argument.get("many")).and_then(Value::as_object) {
        let bodies = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        if bodies.len() > 1 && argument.get("one").is_some() {
            problems.push(format!("{at}: {} blocks, and one is the most", bodies.len()));
        }
        for body in &bodies {
            block(inner, body, at, problems);
        }
        return;
    }
    let expression = value.as_str().is_some_and(|text| text.starts_with("${"));
    let fits = match argument["type"].as_str().expect("a type") {
        "string" => value.is_string(),
        "number" => value.is_number() || expression,
        "boolean" => value.is_boolean() || expression,
        "list" => value.is_array() || expression,
        "map" => value.is_object() || expression,
        other => panic!("{other}"),
    };
    if !fits {
        problems.push(format!("{at}: {value} is no {}", argument["type"]));
    }
}

#[test]
fn the_provider_knows_every_argument() {
    let provider = provider();
    for case in cases().0 {
        assert_eq!(problems(&provider, &case.module), Vec::<String>::new(), "{}", case.name);
    }
}

#[test]
fn faults_are_noticed() {
    let provider = provider();
    let module = &cases().0[0].module;
    let stream = "/resource/aws_kinesis_firehose_delivery_stream/delivery_stream";
    type Fault = (&'static str, &'static str, Option<Value>, &'static str);
    let faults: [Fault; 5] = [
        ("", "buffer_size", Some(json!(128)), "no such argument"),
        ("", "destination", None, "is missing"),
        ("/extended_s3_configuration", "buffering_size", Some(json!("much")), "is no \"number\""),
        ("/extended_s3_configuration", "prefix", Some(json!(["a"])), "is no \"string\""),
        ("", "extended_s3_configuration", Some(json!([{}, {}])), "one is the most"),
    ];
    for (at, name, value, said) in faults {
        let mut module = module.clone();
        let block =
            module.pointer_mut(&format!("{stream}{at}")).and_then(Value::as_object_mut).expect("a block");
        match value {
            Some(value) => block.insert(name.to_owned(), value),
            None => block.remove(name),
        };
        let found = problems(&provider, &module);
        assert!(found.iter().any(|line| line.contains(name) && line.contains(said)), "{name}: {found:?}");
    }
}
