import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Prints what Java's DateTimeFormatter makes of many patterns, for the tests of our own formatter. Run with OpenJDK 17:
 *
 *   java tests/rig/JavaPatterns.java > schema/src/date_pattern/zoned/java-patterns.tsv
 *
 * Fields: pattern, instant, zone, text in en-US; for letters that depend on weeks, also the text in en-GB, whose weeks
 * are those of ISO 8601. "refused" stands for a pattern that cannot be made, "throws" for one that cannot print.
 */
class JavaPatterns {
    static final String LETTERS = "GuyDMLdgQqYwWEecFaBKhkHmsSAnNVvzOXxZ";

    static final String[][] MOMENTS = {
        {"2026-07-13T10:42:07Z", "UTC"},
        {"2026-01-01T23:30:00.067Z", "Europe/Madrid"},
        {"2024-02-29T03:04:05.123456789Z", "America/St_Johns"},
        {"2024-12-31T18:45:59.000000001Z", "Asia/Calcutta"},
        {"1969-12-31T23:59:59.999Z", "America/New_York"},
        {"1965-06-01T00:00:00Z", "Africa/Monrovia"},
        {"0000-03-01T12:00:00Z", "UTC"},
        {"-0005-11-30T00:59:00Z", "UTC"},
        {"9999-12-29T12:00:00Z", "UTC"},
        {"2026-03-29T01:00:00Z", "Europe/Brussels"},
        {"2026-10-25T00:30:00Z", "Europe/Brussels"},
        {"2026-10-25T01:30:00Z", "Europe/Brussels"},
        {"2026-05-05T15:00:00Z", "Asia/Tokyo"},
    };

    static final String[] MORE = {
        "yyyy/MM/dd/HH", "'year='yyyy'/month='MM'/day='dd", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "yyyy[-MM[-dd]]", "yyyy[-MM",
        "[yyyy]MM]", "pppM", "ppMM", "ppH:pps", "pyyyy", "pppppyyyy", "pppppppppppppppVV", "pppppppppppXXX", "yyyy'", "''",
        "yyyy''MM", "'a''b'yyyy", "yyyy-MM-dd h a", "yyyyé", "yyyy MM", "p", "ppp", "yyyy p", "pp[MM]", "pp'x'", "{yyyy}",
        "yyyy#", "dt=yyyy", "yyyyMMddHHmmssSSSSSSSSS", "EEE, d MMM yyyy HH:mm:ss Z", "ppMMM", "ppEEEEEE", "QQQ-yyyy",
    };

    static String print(String pattern, ZonedDateTime time, Locale locale) {
        DateTimeFormatter formatter;
        try {
            formatter = DateTimeFormatter.ofPattern(pattern, locale);
        } catch (IllegalArgumentException e) {
            return "refused";
        }
        try {
            return formatter.format(time);
        } catch (DateTimeException e) {
            return "throws";
        }
    }

    static void row(String pattern, String instant, String zone) {
        ZonedDateTime time = Instant.parse(instant).atZone(ZoneId.of(zone));
        String text = print(pattern, time, Locale.US);
        boolean weeks = pattern.matches("[YwW]+|[ec]{1,2}");
        String iso = weeks ? "\t" + print(pattern, time, Locale.UK) : "";
        System.out.println(pattern + "\t" + instant + "\t" + zone + "\t" + text + iso);
    }

    public static void main(String[] args) {
        System.out.println("# Printed by tests/rig/JavaPatterns.java with OpenJDK " + System.getProperty("java.version"));
        List<String> patterns = new ArrayList<>();
        for (char letter : LETTERS.toCharArray()) {
            for (int count : new int[] {1, 2, 3, 4, 5, 6, 9, 10, 19, 20}) {
                patterns.add(String.valueOf(letter).repeat(count));
            }
        }
        patterns.addAll(List.of(MORE));
        for (String pattern : patterns) {
            if (print(pattern, Instant.EPOCH.atZone(ZoneId.of("UTC")), Locale.US).equals("refused")) {
                row(pattern, MOMENTS[0][0], MOMENTS[0][1]);
                continue;
            }
            for (String[] moment : MOMENTS) {
                row(pattern, moment[0], moment[1]);
            }
        }
        // Weeks around New Year, over a whole cycle of weekdays and leap years.
        for (int year = 2019; year <= 2031; year++) {
            for (String day : new String[] {"12-27", "12-28", "12-29", "12-30", "12-31"}) {
                for (String pattern : new String[] {"YYYY", "w", "W"}) {
                    row(pattern, year + "-" + day + "T12:00:00Z", "UTC");
                }
            }
            for (int day = 1; day <= 5; day++) {
                for (String pattern : new String[] {"YYYY", "w", "W"}) {
                    row(pattern, year + "-01-0" + day + "T12:00:00Z", "UTC");
                }
            }
        }
    }
}
