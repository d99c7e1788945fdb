//! A call as errors tell about it: what it does, about what, and which permission it takes.

use crate::catalog::{CatalogError, CatalogErrorKind, TableName};

/// Where the calls go.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    /// Region.
    pub(crate) region: String,
    /// Account, when it is set.
    pub(crate) account: Option<String>,
}

/// What a call is about, as ARNs name it.
#[derive(Clone, Debug)]
pub(crate) enum Resource {
    /// The catalog and a database; all of them when none is named.
    Database(Option<String>),
    /// A table, or all tables of the database.
    Table(String, Option<String>),
    /// Things that stand beside the catalog, each with its ARN's last part: "registry/measurements".
    Others(Vec<String>),
}

/// One call of the Glue API.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// Name in the API, which is also that of its permission.
    pub(crate) operation: &'static str,
    /// What it is about: "table `a.b`".
    pub(crate) subject: String,
    /// The same for ARNs.
    pub(crate) resource: Resource,
}

impl Call {
    pub(crate) fn of_database(operation: &'static str, name: &str) -> Self {
        let resource = Resource::Database(Some(name.to_lowercase()));
        Self { operation, subject: format!("database `{}`", name.to_lowercase()), resource }
    }

    pub(crate) fn of_databases(operation: &'static str) -> Self {
        Self { operation, subject: "the databases".into(), resource: Resource::Database(None) }
    }

    pub(crate) fn of_table(operation: &'static str, name: &TableName) -> Self {
        let resource = Resource::Table(name.database.clone(), Some(name.table.clone()));
        Self { operation, subject: format!("table `{name}`"), resource }
    }

    pub(crate) fn of_tables(operation: &'static str, database: &str) -> Self {
        let database = database.to_lowercase();
        let subject = format!("the tables of database `{database}`");
        Self { operation, subject, resource: Resource::Table(database, None) }
    }

    /// An error of this call.
    pub(crate) fn error(&self, kind: CatalogErrorKind, message: impl Into<String>) -> CatalogError {
        CatalogError::new(kind, self.operation, &self.subject, message)
    }

    /// The permission that the call takes: "glue:GetTable on arn:…".
    ///
    /// Every call needs its action on the catalog and on each thing above the one it is about; partitions and
    /// versions have no ARN.
    pub(crate) fn permission(&self, service: &Service) -> String {
        let last = match &self.resource {
            Resource::Database(name) => {
                vec!["catalog".to_owned(), format!("database/{}", name.as_deref().unwrap_or("*"))]
            }
            Resource::Table(database, table) => vec![
                "catalog".to_owned(),
                format!("database/{database}"),
                format!("table/{database}/{}", table.as_deref().unwrap_or("*")),
            ],
            Resource::Others(last) => last.clone(),
        };
        let arns: Vec<_> = last.iter().map(|last| service.arn(last)).collect();
        format!("glue:{} on {}", self.operation, listed(&arns))
    }
}

impl Service {
    /// An ARN of Glue; an account that is not known is `ACCOUNT`.
    pub(crate) fn arn(&self, last: &str) -> String {
        let partition = match &self.region {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        let account = self.account.as_deref().unwrap_or("ACCOUNT");
        format!("arn:{partition}:glue:{}:{account}:{last}", self.region)
    }
}

/// "a", "a and b", "a, b and c".
fn listed(all: &[String]) -> String {
    match all {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Call, Service};
    use crate::catalog::TableName;

    #[test]
    fn a_permission_names_everything_above_the_table() {
        let name = TableName::new("Roads", "Traffic");
        let service = Service { region: "eu-west-1".into(), account: Some("123456789012".into()) };
        assert_eq!(
            Call::of_table("UpdateTable", &name).permission(&service),
            "glue:UpdateTable on arn:aws:glue:eu-west-1:123456789012:catalog, \
             arn:aws:glue:eu-west-1:123456789012:database/roads and \
             arn:aws:glue:eu-west-1:123456789012:table/roads/traffic"
        );
    }

    #[test]
    fn an_account_that_is_not_known_is_to_be_filled_in() {
        let service = Service { region: "us-gov-west-1".into(), account: None };
        assert_eq!(
            Call::of_databases("GetDatabases").permission(&service),
            "glue:GetDatabases on arn:aws-us-gov:glue:us-gov-west-1:ACCOUNT:catalog and \
             arn:aws-us-gov:glue:us-gov-west-1:ACCOUNT:database/*"
        );
        let service = Service { region: "cn-north-1".into(), account: None };
        assert_eq!(service.arn("catalog"), "arn:aws-cn:glue:cn-north-1:ACCOUNT:catalog");
    }
}
