use super::*;
use proptest::prelude::*;

#[test]
fn segments_and_parts() {
    let layout = Layout::parse("region=be-{region}/dt={yyyyMMdd}.x/", Some("region")).unwrap();
    assert_eq!(layout.to_string(), "region=be-{region}/dt={yyyyMMdd}.x/");
    assert_eq!(layout.segments[0].parts, [Part::Literal("be-".into()), Part::Value]);
    let date = DatePattern::parse("yyyyMMdd").unwrap();
    assert_eq!(layout.segments[1].parts, [Part::Date(date), Part::Literal(".x".into())]);
    assert!(layout.has_value());
    assert!(!layout.segments[0].is_plain_value());
}

#[test]
fn granularity() {
    for (text, expected) in [
        ("r={r}", Granularity::Value),
        ("year={yyyy}", Granularity::Year),
        ("year={yyyy}/month={MM}", Granularity::Month),
        ("dt={yyyy-MM-dd}", Granularity::Day),
        ("year={yyyy}/month={MM}/day={dd}/hour={HH}", Granularity::Hour),
        ("dt={yyyy-MM-dd}/hour={HH}/minute={mm}", Granularity::Minute),
    ] {
        assert_eq!(Layout::parse(text, Some("r")).unwrap().granularity(), expected, "{text}");
    }
}

#[test]
fn mistakes() {
    for (text, message) in [
        ("", "character 1: the layout is empty: write, for example, dt={yyyy-MM-dd}/hour={HH}"),
        ("/", "character 1: the layout is empty: write, for example, dt={yyyy-MM-dd}/hour={HH}"),
        ("/dt={yyyy}", "character 1: a layout does not start with a slash: leave the slash out"),
        ("a={yyyy}//b={MM}", "character 10: there is nothing between these slashes: leave the slash out"),
        (
            "{yyyy}/{MM}/{dd}",
            "character 1: `{yyyy}` is not column=value, which Hive paths are made of: write year={yyyy}",
        ),
        (
            "dt={yyyy}/{region}",
            "character 11: `{region}` is not column=value, which Hive paths are made of: write region={region}",
        ),
        (
            "raw/dt={yyyy}",
            "character 1: `raw` is not column=value, which Hive paths are made of: write column=value, for example dt={yyyy-MM-dd}",
        ),
        ("Dt={yyyy}", "character 1: `Dt` is not a legal column name: write `dt`"),
        ("={yyyy}", "character 1: the column name is missing: give it a name such as `observed_at`"),
        (
            "a={yyyy}/a={MM}",
            "character 10: `a` is a column of this layout already: give one of them another name",
        ),
        (
            "v=1/dt={yyyy}",
            "character 3: `v` would be the same for every record: put {…} in it, or leave the segment out",
        ),
        ("dt={yyyy", "character 4: this brace is never closed: close it with }"),
        ("dt=yyyy}", "character 8: `}` cannot stand in a partition value: open it with {"),
        (
            "dt=a b{yyyy}",
            "character 5: ` ` cannot stand in a partition value: use a-z, A-Z, 0-9, dot, underscore and hyphen only",
        ),
        (
            "r={regio}",
            "character 4: `regio` is neither the column `region` that this partition is by, nor a date pattern: write {region}",
        ),
        ("dt={YYYY-MM-dd}", "character 5: YYYY is the week year, which is wrong around New Year: write yyyy"),
        ("dt={yyyy-mm-dd}", "character 10: mm is the minute, and no hour comes before it: write MM"),
        (
            "dt={yyyy/MM/dd}",
            "character 9: `/` cannot stand in a partition value: make it two segments, as in year={yyyy}/month={MM}",
        ),
        ("minute={mm}/hour={HH}", "character 9: mm is the minute, and no hour comes before it: write MM"),
    ] {
        assert_eq!(Layout::parse(text, Some("region")).unwrap_err().to_string(), message);
    }
}

#[test]
fn arrival_has_no_value() {
    let error = Layout::parse("r={region}", None).unwrap_err();
    assert_eq!(error.problem, LayoutProblem::Pattern(PatternProblem::UnknownLetter('r')));
}

proptest! {
    #[test]
    fn nothing_panics(text in "[a-c=/{}yMdHm:. -]{0,24}") {
        let _ = Layout::parse(&text, Some("a"));
    }
}
