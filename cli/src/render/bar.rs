//! Bars of block characters.

/// A bar as wide as its share of the heaviest, in eighths of a character; what is not nothing shows.
pub(super) fn bar(weight: u64, heaviest: u64, width: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if weight == 0 || heaviest == 0 {
        return String::new();
    }
    let eighths = (u128::from(weight) * width as u128 * 8).div_ceil(u128::from(heaviest));
    let full = "█".repeat(usize::try_from(eighths / 8).unwrap_or_default());
    full + EIGHTHS.get(usize::try_from(eighths % 8).unwrap_or_default()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_relative_and_never_vanish() {
        assert_eq!(bar(100, 100, 24).chars().count(), 24);
        assert_eq!(bar(50, 100, 24).chars().count(), 12);
        assert_eq!(bar(1, 1_000_000, 24), "▏");
        assert_eq!(bar(0, 100, 24), "");
        assert_eq!(bar(u64::MAX, u64::MAX, 24).chars().count(), 24);
    }
}
