//! Objects: which members there are, and what each must be.

use super::branches::Branch;
use super::{Found, Goal, Search};
use crate::registry::compatible::node::{Id, Kind, Members, Node};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Most members that are made up.
const MAX_MADE: u64 = 1000;
/// Most ways in which several things can be broken at once.
const MAX_WAYS: usize = 20_000;

/// What a branch says.
#[derive(Default)]
struct Said {
    groups: Vec<Members>,
    broken: Vec<Members>,
    names: Vec<Id>,
    broken_names: Vec<Id>,
    required: BTreeSet<String>,
    absent: BTreeSet<String>,
    least: u64,
    most: Option<u64>,
}

/// A member that must be there.
#[derive(Clone)]
struct Need {
    /// None is any name that no schema knows.
    name: Option<String>,
    /// What its name must match, and must not.
    named: (Vec<Id>, Vec<Id>),
    /// What its value must not be.
    fails: Vec<Id>,
}

impl Search {
    pub(super) fn find_object(&mut self, goal: &Goal) -> Found {
        let Some(branches) = self.branches(goal) else { return Found::Undecided(self.doubts(goal)) };
        let mut found = Found::Nothing;
        for branch in branches {
            found.or(self.object_branch(goal, &branch));
            if found.is_witness() {
                break;
            }
        }
        found
    }

    fn object_branch(&mut self, goal: &Goal, branch: &Branch) -> Found {
        let mut said = Said::default();
        for (id, truth) in branch {
            match (self.nodes.get(*id), truth) {
                (Node::Equals(value), true) => return self.checked(goal, value.clone()),
                (Node::Members(members), true) => said.groups.push(members.clone()),
                (Node::Members(members), false) => said.broken.push(members.clone()),
                (Node::Required(name), true) => drop(said.required.insert(name.clone())),
                (Node::Required(name), false) => drop(said.absent.insert(name.clone())),
                (Node::Names(inner), true) => said.names.push(*inner),
                (Node::Names(inner), false) => said.broken_names.push(*inner),
                (Node::MinMembers(bound), true) => said.least = said.least.max(*bound),
                (Node::MaxMembers(bound), true) => said.most = Some(said.most.unwrap_or(*bound).min(*bound)),
                (Node::MinMembers(bound), false) => match bound.checked_sub(1) {
                    Some(bound) => said.most = Some(said.most.unwrap_or(bound).min(bound)),
                    None => return Found::Nothing,
                },
                (Node::MaxMembers(bound), false) => said.least = said.least.max(bound.saturating_add(1)),
                _ => {}
            }
        }
        if said.required.intersection(&said.absent).next().is_some()
            || said.most.is_some_and(|most| said.least > most)
        {
            return Found::Nothing;
        }
        let Some(ways) = self.ways(&said) else { return Found::Undecided(self.doubts(goal)) };
        let mut found = Found::Nothing;
        for way in ways {
            found.or(match self.object(&said, &way) {
                Found::Witness(object) => self.guessed(goal, object),
                other @ (Found::Nothing | Found::Undecided(_)) => other,
            });
            if found.is_witness() {
                break;
            }
        }
        found
    }

    /// Names that some schema knows.
    fn known_names(said: &Said) -> BTreeSet<String> {
        let groups = said.groups.iter().chain(&said.broken);
        let named = groups.flat_map(|members| members.named.iter().map(|(name, _)| name.clone()));
        named.chain(said.required.iter().cloned()).chain(said.absent.iter().cloned()).collect()
    }

    /// The members that break everything that must be broken, in every way; none when there are too many ways.
    fn ways(&mut self, said: &Said) -> Option<Vec<Vec<Need>>> {
        let known = Self::known_names(said);
        let mut ways: Vec<Vec<Need>> = vec![Vec::new()];
        let mut breaks: Vec<Vec<Need>> = Vec::new();
        for members in &said.broken {
            let mut needs = Vec::new();
            for name in &known {
                // What its patterns say is not known where one is not understood: then any value may break it.
                let fails = members.of(name).map(|schemas| schemas.into_iter().map(|schema| vec![schema]));
                let fails = fails.map_or_else(|| vec![Vec::new()], Iterator::collect);
                needs.extend(fails.into_iter().map(|fails| Need {
                    name: Some(name.clone()),
                    named: (Vec::new(), Vec::new()),
                    fails,
                }));
            }
            let patterns: Vec<Id> = members
                .patterns
                .iter()
                .map(|(text, _)| self.nodes.add(Node::Pattern(text.clone())))
                .collect();
            for (pattern, (_, schema)) in patterns.iter().zip(&members.patterns) {
                needs.push(Need { name: None, named: (vec![*pattern], Vec::new()), fails: vec![*schema] });
            }
            needs.push(Need { name: None, named: (Vec::new(), patterns), fails: vec![members.others] });
            breaks.push(needs);
        }
        for schema in &said.broken_names {
            let mut needs = vec![Need { name: None, named: (Vec::new(), vec![*schema]), fails: Vec::new() }];
            for name in &known {
                if self.nodes.holds(*schema, &Value::from(name.as_str())) != Some(true) {
                    needs.push(Need {
                        name: Some(name.clone()),
                        named: (Vec::new(), Vec::new()),
                        fails: Vec::new(),
                    });
                }
            }
            breaks.push(needs);
        }
        for needs in breaks {
            if ways.len().saturating_mul(needs.len()) > MAX_WAYS {
                return None;
            }
            ways = ways
                .iter()
                .flat_map(|way| {
                    needs.iter().map(move |need| [way.as_slice(), std::slice::from_ref(need)].concat())
                })
                .collect();
        }
        Some(ways)
    }

    /// An object with these members, not yet checked as a whole.
    fn object(&mut self, said: &Said, way: &[Need]) -> Found {
        let mut musts: BTreeMap<&str, Vec<Id>> =
            said.required.iter().map(|name| (name.as_str(), Vec::new())).collect();
        for need in way {
            if let Some(name) = &need.name {
                musts.entry(name).or_default().extend(&need.fails);
            }
        }
        let fresh: Vec<&Need> = way.iter().filter(|need| need.name.is_none()).collect();
        // Members without a name may be one and the same.
        let fewest = musts.len() as u64 + u64::from(!fresh.is_empty());
        if musts.keys().any(|name| said.absent.contains(*name)) || said.most.is_some_and(|most| fewest > most)
        {
            return Found::Nothing;
        }
        let mut object = Map::new();
        let mut doubt = None;
        for (name, fails) in musts {
            match self.member(said, name, &fails) {
                Found::Nothing => return Found::Nothing,
                Found::Witness(value) => drop(object.insert(name.to_owned(), value)),
                undecided @ Found::Undecided(_) => doubt = Some(undecided),
            }
        }
        for need in fresh {
            match self.fresh(said, need, &object) {
                Ok((name, value)) => drop(object.insert(name, value)),
                Err(Found::Nothing) => return Found::Nothing,
                Err(other) => doubt = Some(other),
            }
        }
        match (doubt, self.filled(said, &mut object)) {
            (_, Ok(false)) => Found::Nothing,
            (Some(doubt), _) | (None, Err(doubt)) => doubt,
            (None, Ok(true)) => Found::Witness(Value::Object(object)),
        }
    }

    /// A value for the member of a name.
    fn member(&mut self, said: &Said, name: &str, fails: &[Id]) -> Found {
        let text = Value::from(name);
        if said.names.iter().any(|schema| self.nodes.holds(*schema, &text) == Some(false)) {
            return Found::Nothing;
        }
        let schemas: Option<Vec<Vec<Id>>> = said.groups.iter().map(|group| group.of(name)).collect();
        match schemas {
            Some(schemas) => self.find(&schemas.concat(), fails),
            None => Found::Undecided("patternProperties".to_owned()),
        }
    }

    /// A member whose name no schema knows.
    fn fresh(
        &mut self,
        said: &Said,
        need: &Need,
        object: &Map<String, Value>,
    ) -> Result<(String, Value), Found> {
        let mut holds = [said.names.as_slice(), &need.named.0].concat();
        let mut fails = need.named.1.clone();
        let taken: BTreeSet<String> =
            Self::known_names(said).into_iter().chain(object.keys().cloned()).collect();
        for name in taken {
            fails.push(self.nodes.add(Node::Equals(Value::from(name))));
        }
        let any = self.nodes.add(Node::Is(Kind::Text));
        holds.push(any);
        let mut values = Vec::new();
        for group in &said.groups {
            // With patterns it depends on the name: what any of them asks is left open, and checked in the end.
            if group.patterns.is_empty() {
                values.push(group.others);
            }
        }
        let name = match self.find(&holds, &fails) {
            Found::Witness(Value::String(name)) => name,
            Found::Nothing => return Err(Found::Nothing),
            other @ (Found::Witness(_) | Found::Undecided(_)) => return Err(other),
        };
        match self.find(&values, &need.fails) {
            Found::Witness(value) => Ok((name, value)),
            other @ (Found::Nothing | Found::Undecided(_)) => Err(other),
        }
    }

    /// Adds members until there are enough; false when there cannot be.
    fn filled(&mut self, said: &Said, object: &mut Map<String, Value>) -> Result<bool, Found> {
        let too_many = || Found::Undecided("minProperties".to_owned());
        if said.least > MAX_MADE {
            return Err(too_many());
        }
        let mut doubt = None;
        for name in Self::known_names(said) {
            if object.len() as u64 >= said.least {
                return Ok(true);
            }
            if object.contains_key(&name) || said.absent.contains(&name) {
                continue;
            }
            match self.member(said, &name, &[]) {
                Found::Nothing => {}
                Found::Witness(value) => drop(object.insert(name, value)),
                undecided @ Found::Undecided(_) => doubt = Some(undecided),
            }
        }
        let any = Need { name: None, named: (Vec::new(), Vec::new()), fails: Vec::new() };
        while (object.len() as u64) < said.least {
            match (self.fresh(said, &any, object), doubt.take()) {
                (Ok((name, value)), _) => drop(object.insert(name, value)),
                (Err(Found::Nothing), None) => return Ok(false),
                (Err(Found::Nothing), Some(doubt)) | (Err(doubt), _) => return Err(doubt),
            }
        }
        Ok(true)
    }
}
