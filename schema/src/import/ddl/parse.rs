//! The grammar of the statement.

use super::token::{Place, Token, tokens};
use super::{Buckets, CreateTable, RowFormat, StoredAs};
use crate::artifacts::glue::{GlueColumn, GlueSort};
use crate::finding::Finding;
use crate::validate::MAX_DEPTH;
use std::collections::{BTreeMap, BTreeSet};

/// Reads a statement.
///
/// # Errors
/// The first mistake: where it stands, what was expected, what was found.
pub fn parse(text: &str) -> Result<CreateTable, Finding> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0 };
    parser.statement()
}

struct Parser {
    tokens: Vec<(Token, Place)>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        // The last token is the end, and nothing steps over it.
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    fn place(&self) -> Place {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(Place::START, |(_, place)| *place)
    }

    fn step(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len().saturating_sub(1));
    }

    fn expected(&self, what: &str) -> Finding {
        let fix = match what {
            "a text in quotes" => "put it into quotes",
            "a name" => "write a name; reserved words need backticks",
            _ => "write it as Athena does",
        };
        self.place().wrong(format!("expected {what}, found {}", self.peek()), fix)
    }

    /// Whether these keywords come next; takes them when they do.
    fn eat(&mut self, words: &str) -> bool {
        let mut at = self.at;
        for word in words.split(' ') {
            match self.tokens.get(at) {
                Some((Token::Word(found), _)) if found.eq_ignore_ascii_case(word) => at += 1,
                Some(_) | None => return false,
            }
        }
        self.at = at;
        true
    }

    fn need(&mut self, words: &str) -> Result<(), Finding> {
        if self.eat(words) { Ok(()) } else { Err(self.expected(words)) }
    }

    fn eat_sign(&mut self, sign: char) -> bool {
        let found = *self.peek() == Token::Sign(sign);
        if found {
            self.step();
        }
        found
    }

    fn need_sign(&mut self, sign: char) -> Result<(), Finding> {
        if self.eat_sign(sign) { Ok(()) } else { Err(self.expected(&format!("`{sign}`"))) }
    }

    fn name(&mut self) -> Result<String, Finding> {
        let name = match self.peek() {
            Token::Word(name) | Token::Name(name) if !name.is_empty() => name.clone(),
            Token::Word(_) | Token::Name(_) | Token::Text(_) | Token::Sign(_) | Token::End => {
                return Err(self.expected("a name"));
            }
        };
        self.step();
        Ok(name)
    }

    fn text(&mut self) -> Result<String, Finding> {
        let Token::Text(text) = self.peek().clone() else { return Err(self.expected("a text in quotes")) };
        self.step();
        Ok(text)
    }

    fn number(&mut self) -> Result<i64, Finding> {
        match self.peek() {
            Token::Word(word) if word.bytes().all(|b| b.is_ascii_digit()) => {
                let number = word.parse().map_err(|_| self.expected("a smaller number"))?;
                self.step();
                Ok(number)
            }
            Token::Word(_) | Token::Name(_) | Token::Text(_) | Token::Sign(_) | Token::End => {
                Err(self.expected("a number"))
            }
        }
    }

    /// Items in parentheses; a comma may stand behind the last one.
    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Result<T, Finding>) -> Result<Vec<T>, Finding> {
        self.need_sign('(')?;
        let mut items = Vec::new();
        while !self.eat_sign(')') {
            items.push(item(self)?);
            if !self.eat_sign(',') {
                self.need_sign(')')?;
                break;
            }
        }
        Ok(items)
    }

    fn statement(&mut self) -> Result<CreateTable, Finding> {
        self.need("CREATE")?;
        if !self.eat("EXTERNAL") {
            let problem = format!("expected EXTERNAL, found {}", self.peek());
            let fix = "write CREATE EXTERNAL TABLE; Iceberg tables and CREATE TABLE AS are not read";
            return Err(self.place().wrong(problem, fix));
        }
        self.need("TABLE")?;
        let mut table = CreateTable { if_not_exists: self.eat("IF NOT EXISTS"), ..CreateTable::default() };
        table.name = self.name()?;
        if self.eat_sign('.') {
            table.database = Some(std::mem::replace(&mut table.name, self.name()?));
        } else if let Some((database, name)) = table.name.split_once('.') {
            // Both in one pair of backticks.
            (table.database, table.name) = (Some(database.to_owned()), name.to_owned());
        }
        table.columns = self.list(Self::column)?;
        self.clauses(&mut table)?;
        self.eat_sign(';');
        match self.peek() {
            Token::End => Ok(table),
            Token::Word(_) | Token::Name(_) | Token::Text(_) | Token::Sign(_) => {
                Err(self.expected("a clause or the end"))
            }
        }
    }

    fn clauses(&mut self, table: &mut CreateTable) -> Result<(), Finding> {
        let mut seen = BTreeSet::new();
        loop {
            let place = self.place();
            let clause = if self.eat("COMMENT") {
                table.comment = Some(self.text()?);
                "COMMENT"
            } else if self.eat("PARTITIONED BY") {
                table.partition_keys = self.list(Self::column)?;
                "PARTITIONED BY"
            } else if self.eat("CLUSTERED BY") {
                table.buckets = Some(self.buckets()?);
                "CLUSTERED BY"
            } else if self.eat("ROW FORMAT") {
                table.row_format = self.row_format()?;
                "ROW FORMAT"
            } else if self.eat("STORED AS") {
                table.stored_as = self.stored_as()?;
                "STORED AS"
            } else if self.eat("LOCATION") {
                table.location = Some(self.text()?);
                "LOCATION"
            } else if self.eat("TBLPROPERTIES") {
                table.properties = self.properties()?;
                "TBLPROPERTIES"
            } else {
                return Ok(());
            };
            if !seen.insert(clause) {
                return Err(place.wrong(format!("{clause} stands there twice"), "keep one of them"));
            }
        }
    }

    fn column(&mut self) -> Result<GlueColumn, Finding> {
        let name = self.name()?;
        let ty = self.column_type(1)?;
        let comment = if self.eat("COMMENT") { Some(self.text()?) } else { None };
        Ok(GlueColumn { name, ty, comment, ..GlueColumn::default() })
    }

    /// A type, printed without white space and in lower case but for the names of members.
    fn column_type(&mut self, depth: usize) -> Result<String, Finding> {
        if depth > MAX_DEPTH {
            let problem = format!("types are nested deeper than {MAX_DEPTH}");
            return Err(self.place().wrong(problem, "store the inner part as JSON text"));
        }
        let Token::Word(word) = self.peek().clone() else { return Err(self.expected("a type")) };
        self.step();
        let word = word.to_lowercase();
        if self.eat_sign('(') {
            let mut numbers = vec![self.number()?.to_string()];
            while self.eat_sign(',') {
                numbers.push(self.number()?.to_string());
            }
            self.need_sign(')')?;
            return Ok(format!("{word}({})", numbers.join(",")));
        }
        if !self.eat_sign('<') {
            return Ok(word);
        }
        let mut inner = Vec::new();
        loop {
            inner.push(if word == "struct" { self.member(depth)? } else { self.column_type(depth + 1)? });
            if !self.eat_sign(',') {
                self.need_sign('>')?;
                return Ok(format!("{word}<{}>", inner.join(",")));
            }
        }
    }

    fn member(&mut self, depth: usize) -> Result<String, Finding> {
        let place = self.place();
        let name = self.name()?;
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.')) {
            let problem = format!("the member `{name}` has characters that no type text can hold");
            return Err(place.wrong(problem, "name it with letters, digits and _"));
        }
        self.need_sign(':')?;
        let ty = self.column_type(depth + 1)?;
        // The catalog has no place for comments of members.
        if self.eat("COMMENT") {
            self.text()?;
        }
        Ok(format!("{name}:{ty}"))
    }

    fn properties(&mut self) -> Result<BTreeMap<String, String>, Finding> {
        let property = |parser: &mut Self| {
            let key = parser.text()?;
            parser.need_sign('=')?;
            Ok((key, parser.text()?))
        };
        Ok(self.list(property)?.into_iter().collect())
    }

    fn buckets(&mut self) -> Result<Buckets, Finding> {
        let columns = self.list(Self::name)?;
        let sorted = |parser: &mut Self| {
            let column = parser.name()?;
            let descending = parser.eat("DESC");
            if !descending {
                parser.eat("ASC");
            }
            Ok(GlueSort { column, order: i64::from(!descending) })
        };
        let sort = if self.eat("SORTED BY") { self.list(sorted)? } else { Vec::new() };
        self.need("INTO")?;
        let count = self.number()?;
        self.need("BUCKETS")?;
        Ok(Buckets { columns, sort, count })
    }

    fn row_format(&mut self) -> Result<RowFormat, Finding> {
        if self.eat("SERDE") {
            let class = self.text()?;
            let properties =
                if self.eat("WITH SERDEPROPERTIES") { self.properties()? } else { BTreeMap::new() };
            return Ok(RowFormat::Serde { class, properties });
        }
        if !self.eat("DELIMITED") {
            return Err(self.expected("SERDE or DELIMITED"));
        }
        let mut words = BTreeMap::new();
        'words: loop {
            for word in ["FIELDS", "COLLECTION ITEMS", "MAP KEYS", "LINES"] {
                if self.eat(&format!("{word} TERMINATED BY")) {
                    words.insert(word, self.text()?);
                    continue 'words;
                }
            }
            for word in ["ESCAPED BY", "NULL DEFINED AS"] {
                if self.eat(word) {
                    words.insert(word, self.text()?);
                    continue 'words;
                }
            }
            return Ok(RowFormat::Delimited(words));
        }
    }

    fn stored_as(&mut self) -> Result<StoredAs, Finding> {
        if self.eat("INPUTFORMAT") {
            let input = self.text()?;
            self.need("OUTPUTFORMAT")?;
            return Ok(StoredAs::Classes { input, output: self.text()? });
        }
        let Token::Word(word) = self.peek().clone() else { return Err(self.expected("a format")) };
        let word = word.to_uppercase();
        if !CreateTable::is_format(&word) {
            return Err(self.expected("PARQUET or another format of Athena"));
        }
        self.step();
        Ok(StoredAs::Named(word))
    }
}
