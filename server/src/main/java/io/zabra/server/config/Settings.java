// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import io.zabra.core.base.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The table of all settings: what `zoo.cfg` and the system properties of Apache ZooKeeper 3.9 may hold, and Zabra's
/// own.
final class Settings {

    /// Rows under one heading of the reference page.
    record Chapter(String title, List<Setting> rows) {}

    static final List<Chapter> CHAPTERS = List.of(
            new Chapter("Client port", EffectiveSettings.LISTENERS),
            new Chapter("Sessions", EffectiveSettings.SESSIONS),
            new Chapter("Storage", EffectiveSettings.STORAGE),
            new Chapter("Limits and throttling", EffectiveSettings.LIMITS),
            new Chapter("Znodes", EffectiveSettings.TREE),
            new Chapter("Security", EffectiveSettings.SECURITY),
            new Chapter("Administration", EffectiveSettings.ADMIN),
            new Chapter("Ensemble", EffectiveSettings.ENSEMBLE),
            new Chapter("Accepted without effect", UnusedSettings.WITHOUT_EFFECT),
            new Chapter("Refused", UnusedSettings.REFUSED));

    private static final TreeMap<String, Setting> BY_KEY = new TreeMap<>();
    private static final List<Setting> FAMILIES = new ArrayList<>();
    private static final TreeMap<String, Setting> BY_PROPERTY = new TreeMap<>();
    private static final List<String> NAMES = new ArrayList<>();
    private static final List<String> PREFIXES = new ArrayList<>();
    /// What the names of Zabra's own settings begin with, and how they go on: the beginning is easily forgotten.
    private static final String OWN = "zabra.";

    private static final List<String> OWN_NAMES = new ArrayList<>();

    static {
        for (Chapter chapter : CHAPTERS) {
            for (Setting row : chapter.rows()) {
                if (row.isFamily()) {
                    FAMILIES.add(row);
                    PREFIXES.add(row.prefix());
                    continue;
                }
                Invariant.check(BY_KEY.put(row.key(), row) == null, "two rows for one key");
                NAMES.add(row.key());
                if (row.key().startsWith(OWN)) {
                    OWN_NAMES.add(row.key().substring(OWN.length()));
                }
                for (String property : row.properties()) {
                    Invariant.check(BY_PROPERTY.put(property, row) == null, "two rows for one property");
                }
            }
        }
    }

    private Settings() {}

    /// The row of a key of `zoo.cfg`; null if there is none.
    static @Nullable Setting ofKey(String key) {
        Setting exact = BY_KEY.get(key);
        return exact != null ? exact : familyOf(key);
    }

    /// The row of a system property; null if there is none.
    static @Nullable Setting ofProperty(String property) {
        Setting exact = BY_PROPERTY.get(property);
        if (exact != null) {
            return exact;
        }
        return property.startsWith("zookeeper.") ? familyOf(property.substring("zookeeper.".length())) : null;
    }

    /// The known key that is nearest to a misspelt one; null if none is near.
    static @Nullable String nearest(String key) {
        int dot = key.indexOf('.') + 1;
        String family = dot == 0 || dot == key.length() ? null : NearestName.of(key.substring(0, dot), PREFIXES);
        // A number behind the dot: it is meant to be one of many.
        boolean numbered = key.substring(dot).chars().allMatch(c -> c >= '0' && c <= '9');
        String nearest = family != null && numbered ? family + key.substring(dot) : NearestName.of(key, NAMES);
        String own = nearest == null ? NearestName.of(key, OWN_NAMES) : null;
        if (nearest != null) {
            return nearest;
        }
        return own != null ? OWN + own : endingWith(key);
    }

    /// A key whose beginning was forgotten.
    private static @Nullable String endingWith(String key) {
        return NAMES.stream()
                .filter(name -> name.endsWith("." + key))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Setting familyOf(String key) {
        for (Setting family : FAMILIES) {
            if (key.startsWith(family.prefix())
                    && key.length() > family.prefix().length()) {
                return family;
            }
        }
        return null;
    }
}
