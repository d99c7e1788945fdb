//! The model of a derive's input, and the questions that can be asked about it.

use crate::attr::{As, ColumnAttrs, ContainerAttrs, DefaultValue, SerdeContainer, SerdeField, SerdeVariant};
use crate::case::RenameRule;
use crate::ctxt::Ctxt;
use syn::ext::IdentExt;
use syn::{Data as SynData, DeriveInput, ExprPath, Fields, Generics, Ident, Index, Member, Type};

/// Which derive is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derive {
    Record,
    ColumnType,
}

/// A type that derives.
pub(crate) struct Container<'a> {
    pub(crate) derive: Derive,
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) attrs: ContainerAttrs,
    /// Whether no error was found in its attributes.
    pub(crate) sound: bool,
    pub(crate) data: Data<'a>,
}

/// The shape of the type.
pub(crate) enum Data<'a> {
    /// Named fields.
    Struct(Vec<Field<'a>>),
    /// One field that stands for the whole, and those that serde skips.
    Newtype(Box<Field<'a>>, Vec<Field<'a>>),
    /// Unit variants.
    Enum(Vec<Variant<'a>>),
    /// None of these; reported.
    Refused,
}

/// A field.
pub(crate) struct Field<'a> {
    pub(crate) member: Member,
    /// Rust name without `r#`.
    pub(crate) rust: String,
    pub(crate) ty: &'a Type,
    pub(crate) attrs: ColumnAttrs,
    pub(crate) serde: SerdeField,
    /// JSON key.
    pub(crate) key: String,
    /// Other JSON keys that are read.
    pub(crate) aliases: Vec<String>,
    /// Function that writes the value of a `json` column.
    pub(crate) serialize_with: Option<ExprPath>,
    /// Function that reads it back.
    pub(crate) deserialize_with: Option<ExprPath>,
    /// Default of the struct that the field stands in.
    pub(crate) struct_default: Option<DefaultValue>,
    /// Whether no error was found in it; an unsound field is left out of the output.
    pub(crate) sound: bool,
}

/// A unit variant.
pub(crate) struct Variant<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) word: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) skip: bool,
    /// Whether serde never reads it.
    pub(crate) unread: bool,
}

/// How a field is stored.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Store {
    /// Not at all.
    Skip,
    /// By its `ColumnType`.
    Plain,
    /// As the columns of its `Fields`.
    Flatten,
    Binary,
    Json,
    As(As),
}

impl<'a> Container<'a> {
    pub(crate) fn from_ast(cx: &Ctxt, input: &'a DeriveInput, derive: Derive) -> Self {
        let kind = match input.data {
            SynData::Struct(_) => "struct",
            SynData::Enum(_) => "enum",
            SynData::Union(_) => "union",
        };
        let place = format!("{kind} `{}`", input.ident);
        cx.enter(place.clone());
        let attrs = ContainerAttrs::from_ast(cx, &input.attrs, derive);
        let serde = SerdeContainer::from_ast(cx, &input.attrs, matches!(input.data, SynData::Struct(_)));
        let sound = cx.count() == 0;
        let data = Data::from_ast(cx, input, &serde, derive);
        cx.enter(place);
        Self { derive, ident: &input.ident, generics: &input.generics, attrs, sound, data }
    }

    /// The fields that are columns or flattened, in order; none for a newtype or an enum.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields().iter().filter(|field| field.store() != Store::Skip)
    }

    /// The fields that are columns of their own.
    pub(crate) fn direct_columns(&self) -> impl Iterator<Item = &Field<'a>> {
        self.columns().filter(|field| field.store() != Store::Flatten)
    }

    /// All fields of a struct.
    pub(crate) fn fields(&self) -> &[Field<'a>] {
        match &self.data {
            Data::Struct(fields) => fields,
            Data::Newtype(..) | Data::Enum(_) | Data::Refused => &[],
        }
    }

    /// Whether the type is left with columns of its own, if only by the errors in it.
    pub(crate) fn has_fields(&self) -> bool {
        matches!(self.data, Data::Struct(_) | Data::Refused)
    }

    /// All fields of a struct or newtype, those that serde skips too.
    pub(crate) fn all_fields(&self) -> impl Iterator<Item = &Field<'a>> {
        let newtype = match &self.data {
            Data::Newtype(field, skipped) => Some(std::iter::once(&**field).chain(skipped)),
            Data::Struct(_) | Data::Enum(_) | Data::Refused => None,
        };
        self.fields().iter().chain(newtype.into_iter().flatten())
    }

    /// Whether a column is left out of the output, so that nothing can be checked against it.
    pub(crate) fn leaves_out(&self, column: &str) -> bool {
        self.columns().any(|field| !field.sound && field.column() == column)
    }

    /// Whether some columns come from flattened structs, so that the macro cannot know all names.
    pub(crate) fn flattens(&self) -> bool {
        self.fields().iter().any(|field| field.store() == Store::Flatten)
    }

    /// Whether each column can be a constant of its own: then a type that is none spoils only its own checks.
    pub(crate) fn has_column_constants(&self) -> bool {
        self.generics.params.is_empty()
    }

    /// Whether constants about the type can only be evaluated once it is used.
    pub(crate) fn is_generic(&self) -> bool {
        self.generics.type_params().next().is_some() || self.generics.const_params().next().is_some()
    }
}

impl<'a> Data<'a> {
    fn from_ast(cx: &Ctxt, input: &'a DeriveInput, serde: &SerdeContainer, derive: Derive) -> Self {
        match &input.data {
            SynData::Struct(data) => match &data.fields {
                Fields::Named(fields) => {
                    let fields: Vec<_> =
                        fields.named.iter().map(|field| Field::from_ast(cx, field, None, serde)).collect();
                    if serde.transparent {
                        Self::transparent(cx, input, fields, derive)
                    } else {
                        Self::Struct(fields)
                    }
                }
                Fields::Unnamed(fields) => {
                    let fields = fields.unnamed.iter().enumerate();
                    let fields =
                        fields.map(|(i, field)| Field::from_ast(cx, field, Some(i), serde)).collect();
                    Self::transparent(cx, input, fields, derive)
                }
                Fields::Unit => {
                    cx.enter(format!("struct `{}`", input.ident));
                    cx.error(
                        &input.ident,
                        "has no fields, so there is nothing to store: give it named fields",
                    );
                    Self::Refused
                }
            },
            SynData::Enum(_) if derive == Derive::Record => {
                cx.error(
                    &input.ident,
                    "an enum is not a table: derive `Record` on a struct with named fields, and `ColumnType` here",
                );
                Self::Refused
            }
            SynData::Enum(data) => Self::Enum(
                data.variants.iter().filter_map(|variant| Variant::from_ast(cx, variant, serde)).collect(),
            ),
            SynData::Union(_) => {
                cx.error(&input.ident, "a union has no type that could be stored: use a struct or an enum");
                Self::Refused
            }
        }
    }

    /// A tuple struct, or one that serde calls transparent.
    fn transparent(cx: &Ctxt, input: &DeriveInput, fields: Vec<Field<'a>>, derive: Derive) -> Self {
        cx.enter(format!("struct `{}`", input.ident));
        if derive == Derive::Record {
            cx.error(
                &input.ident,
                "a table needs named columns: derive `Record` on a struct with named fields; for one value, derive `ColumnType`",
            );
            return Self::Refused;
        }
        let (mut stored, skipped): (Vec<_>, Vec<_>) =
            fields.into_iter().partition(|field| field.store() != Store::Skip);
        match (stored.pop(), stored.is_empty()) {
            (Some(field), true) => Self::Newtype(Box::new(field), skipped),
            _ => {
                cx.error(
                    &input.ident,
                    "only a tuple struct of one field can be a column, as that field: name the fields, or \
                     put `#[serde(skip)]` on the others",
                );
                Self::Refused
            }
        }
    }
}

impl<'a> Field<'a> {
    fn from_ast(cx: &Ctxt, field: &'a syn::Field, index: Option<usize>, container: &SerdeContainer) -> Self {
        let (member, rust) = match (&field.ident, index) {
            (Some(ident), _) => (Member::Named(ident.clone()), ident.unraw().to_string()),
            (None, index) => {
                let index = index.unwrap_or_default();
                (Member::Unnamed(Index::from(index)), index.to_string())
            }
        };
        cx.enter(format!("field `{rust}`"));
        let before = cx.count();
        let attrs = ColumnAttrs::from_ast(cx, &field.attrs);
        let mut serde = SerdeField::from_ast(cx, &field.attrs);
        serde.default |= container.default.is_some();
        let name = |side: &Option<String>, rule: Option<RenameRule>| {
            let renamed = || rule.map_or_else(|| rust.clone(), |rule| rule.apply_to_field(&rust));
            side.clone().unwrap_or_else(renamed)
        };
        let key = name(&serde.rename.serialize, container.rename_all.serialize);
        let read = name(&serde.rename.deserialize, container.rename_all.deserialize);
        let aliases = aliases(&key, read, &serde.aliases);
        let serialize_with = serde.serialize_with(cx);
        // What is wrong with a word of both sides is reported once.
        let deserialize_with = if cx.count() == before { serde.deserialize_with(cx) } else { None };
        let struct_default = container.default.clone();
        let sound = cx.count() == before;
        let ty = &field.ty;
        Self {
            member,
            rust,
            ty,
            attrs,
            serde,
            key,
            aliases,
            serialize_with,
            deserialize_with,
            struct_default,
            sound,
        }
    }

    /// The column name.
    pub(crate) fn column(&self) -> String {
        self.attrs.name.as_ref().map_or_else(|| self.rust.clone(), |name| name.value())
    }

    /// How the field is stored.
    pub(crate) fn store(&self) -> Store {
        match self.attrs.as_ {
            _ if self.serde.skip => Store::Skip,
            _ if self.serde.flatten.is_some() => Store::Flatten,
            _ if self.attrs.binary => Store::Binary,
            _ if self.attrs.json => Store::Json,
            Some(as_) => Store::As(as_),
            None => Store::Plain,
        }
    }
}

impl<'a> Variant<'a> {
    fn from_ast(cx: &Ctxt, variant: &'a syn::Variant, container: &SerdeContainer) -> Option<Self> {
        let ident = &variant.ident;
        cx.enter(format!("variant `{ident}`"));
        let serde = SerdeVariant::from_ast(cx, &variant.attrs);
        if !matches!(variant.fields, Fields::Unit) && !serde.skip {
            cx.error(
                ident,
                "has data, and an enum with data is no column: leave out this derive and store fields of the \
                 enum with `#[lake(json)]`",
            );
            return None;
        }
        let rust = ident.unraw().to_string();
        let name = |side: &Option<String>, rule: Option<RenameRule>| {
            let renamed = || rule.map_or_else(|| rust.clone(), |rule| rule.apply_to_variant(&rust));
            side.clone().unwrap_or_else(renamed)
        };
        let word = name(&serde.rename.serialize, container.rename_all.serialize);
        let read = name(&serde.rename.deserialize, container.rename_all.deserialize);
        let aliases = aliases(&word, read, &serde.aliases);
        Some(Self { ident, word, aliases, skip: serde.skip, unread: serde.unread })
    }
}

/// What is read beside `key`: the name that serde reads, then its aliases, each once.
fn aliases(key: &str, read: String, aliases: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for alias in std::iter::once(&read).chain(aliases) {
        if alias != key && !found.contains(alias) {
            found.push(alias.clone());
        }
    }
    found
}
