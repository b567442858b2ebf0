// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import io.zabra.core.base.Invariant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The values that were given, each with the place where it stands; checks each against its row of the table.
///
/// A later [#put] of a key replaces an earlier one, so sources are put in the order of their rank, lowest first.
final class Values {

    /// One value.
    ///
    /// @param place file and line, or the option; empty for the default
    record Value(String text, String place) {}

    private final SortedMap<String, Value> given = new TreeMap<>();
    private final SortedMap<String, String> unknown = new TreeMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();
    private String memberVersion = "0";
    private @Nullable Path file;
    private @Nullable String nextMembers;

    void put(String key, String text, String place) {
        Value earlier = given.put(key, new Value(text, place));
        if (earlier != null && !earlier.text().equals(text) && !earlier.place().isEmpty()) {
            warn(earlier.place(), key + " is overridden by the value at " + place);
        }
    }

    /// Keeps a key that no row stands for, as the system property that Apache makes of it.
    void putUnknown(String property, String text, String place) {
        unknown.put(property, text);
        warnUnknown(property.startsWith("zookeeper.") ? property.substring("zookeeper.".length()) : property, place);
    }

    /// Warns of a key that no row stands for, with the nearest one that is known.
    void warnUnknown(String key, String place) {
        String nearest = Settings.nearest(key);
        warn(
                place,
                "unknown setting " + key + " is ignored" + (nearest == null ? "" : "; did you mean " + nearest + "?"));
    }

    void warn(String place, String message) {
        warnings.add(new Problem(place, message));
    }

    void reject(String place, String message) {
        problems.add(new Problem(place, message));
    }

    /// Rejects the setting `key` at the place where it was given.
    void rejectKey(String key, String rule) {
        Value value = given.get(key);
        String shown = value == null || isSecret(key) ? key : key + "=" + value.text();
        reject(value == null ? "" : value.place(), shown + ": " + rule);
    }

    private static boolean isSecret(String key) {
        Setting row = Settings.ofKey(key);
        return row != null && row.isSecret();
    }

    /// Checks every value that was given against its row.
    void checkAll() {
        given.forEach((key, value) -> {
            Setting row = Settings.ofKey(key);
            Invariant.check(row != null, "a value without a row");
            if (row != null) {
                check(row, key, value);
            }
        });
    }

    private void check(Setting row, String key, Value value) {
        String shown = row.isSecret() ? key : key + "=" + value.text();
        String problem = row.kind().problem(value.text());
        if (problem != null) {
            reject(value.place(), shown + ": " + problem);
        }
        switch (row.status()) {
            case Setting.Effective() -> {}
            case Setting.WithoutEffect(String reason) -> warn(value.place(), key + " has no effect: " + reason);
            case Setting.Refused(String reason, List<String> harmless) -> {
                if (!harmless.contains(value.text())) {
                    reject(value.place(), shown + " is refused: " + reason);
                }
            }
        }
    }

    List<Problem> problems() {
        return problems;
    }

    List<Problem> warnings() {
        return warnings;
    }

    /// The version of the server list, in hexadecimal.
    String memberVersion() {
        return memberVersion;
    }

    void memberVersion(String hex) {
        memberVersion = hex;
    }

    /// The file that is read; null if there is none.
    @Nullable
    Path file() {
        return file;
    }

    void file(Path path) {
        file = path;
    }

    /// The server list that was proposed, and not decided on, when the server ended last.
    @Nullable
    String nextMembers() {
        return nextMembers;
    }

    void nextMembers(String text) {
        nextMembers = text;
    }

    SortedMap<String, String> unknown() {
        return unknown;
    }

    SortedMap<String, Value> given() {
        return given;
    }

    /// The value as it was given; null if it was not, or was given as the empty text.
    @Nullable
    String textOrNull(String key) {
        Value value = given.get(key);
        return value == null || value.text().isEmpty() ? null : value.text();
    }

    String text(String key) {
        Value value = given.get(key);
        return value == null ? row(key).defaultText() : value.text();
    }

    boolean flag(String key) {
        String text = text(key);
        return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("yes");
    }

    /// A whole number; the default where the value is wrong, which has been reported.
    long number(String key) {
        Setting row = row(key);
        Long number = row.kind().problem(text(key)) == null ? Kind.Whole.parse(text(key)) : null;
        if (number == null) {
            number = Kind.Whole.parse(row.defaultText());
        }
        return number == null ? 0 : number;
    }

    int intNumber(String key) {
        return Math.toIntExact(number(key));
    }

    double share(String key) {
        Setting row = row(key);
        return Double.parseDouble(row.kind().problem(text(key)) == null ? text(key) : row.defaultText());
    }

    private static Setting row(String key) {
        Setting row = Settings.ofKey(key);
        Invariant.check(row != null, "no row for a setting that the reader asks for");
        return Objects.requireNonNull(row);
    }
}
