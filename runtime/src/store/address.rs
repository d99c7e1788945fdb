//! Addresses as they are told to people and kept in files.

/// A text without the names and passwords in its addresses: `http://user:word@host/` becomes `http://host/`.
pub fn without_user_info(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        told.push_str(before);
        told.push_str("://");
        let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '\'' | '"');
        let end = after.find(ends).unwrap_or(after.len());
        let (authority, more) = after.split_at_checked(end).unwrap_or((after, ""));
        told.push_str(authority.rsplit_once('@').map_or(authority, |(_, host)| host));
        rest = more;
    }
    told.push_str(rest);
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_passwords_are_left_out_and_nothing_else() {
        for (text, told) in [
            (
                "--endpoint-url http://ann:s3cr@t@host:9000/x s3://b/k@v",
                "--endpoint-url http://host:9000/x s3://b/k@v",
            ),
            ("'https://ann@host' ann@host", "'https://host' ann@host"),
            ("a://b:c@d, e://f@g", "a://d, e://g"),
            ("http://", "http://"),
            ("ünë://ä@ö", "ünë://ö"),
        ] {
            assert_eq!(without_user_info(text), told);
        }
    }
}
