// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.tidy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which code may use what: the bans of `core`, the order of packages, the places of a few calls.
final class Walls {

    /// Types by the start of their name. The core decides and nothing else: what it needs from the world is handed in.
    private static final List<String> CORE_TYPES = List.of(
            "java.io.",
            "java.net.",
            "java.nio.channels.",
            "java.nio.file.",
            "java.util.concurrent.",
            "java.util.logging.",
            "java.util.random.",
            "java.util.Random",
            "java.util.Timer",
            "java.util.UUID",
            "java.util.Date",
            "java.time.Clock",
            "java.time.Instant",
            "java.security.SecureRandom",
            "java.lang.Thread",
            "java.lang.System$Logger",
            "org.slf4j.",
            "org.agrona.concurrent.");

    private static final Set<String> CORE_MEMBERS = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.lang.System.identityHashCode",
            "java.lang.Math.random");

    /// What iterates in an order that differs between runs of the JVM.
    private static final Set<String> UNORDERED = Set.of(
            "java.util.HashMap.<init>",
            "java.util.HashSet.<init>",
            "java.util.IdentityHashMap.<init>",
            "java.util.WeakHashMap.<init>",
            "java.util.Map.of",
            "java.util.Map.ofEntries",
            "java.util.Map.copyOf",
            "java.util.Set.of",
            "java.util.Set.copyOf",
            "java.util.stream.Collectors.toSet",
            "java.util.stream.Collectors.toMap",
            "java.util.stream.Collectors.groupingBy");

    private static final Set<String> EXITS = Set.of("java.lang.System.exit", "java.lang.Runtime.halt");

    private static final Set<String> PROPERTIES = Set.of(
            "java.lang.System.getProperty",
            "java.lang.System.getProperties",
            "java.lang.System.getenv",
            "java.lang.Integer.getInteger",
            "java.lang.Long.getLong",
            "java.lang.Boolean.getBoolean");

    private Walls() {}

    static List<String> coreBans(CompiledClass type) {
        List<String> found = new ArrayList<>();
        for (String used : type.types()) {
            if (CORE_TYPES.stream().anyMatch(used::startsWith) && !used.equals("java.io.Serializable")) {
                found.add(type.name() + " uses " + used + ", which the core must not");
            }
        }
        report(type, CORE_MEMBERS, "which the core must not", found);
        return found;
    }

    /// `lookUpOnly`: the classes that have been read by a person, and only ever ask such a map for single keys.
    static List<String> unorderedCollections(CompiledClass type, Set<String> lookUpOnly) {
        List<String> found = new ArrayList<>();
        if (!lookUpOnly.contains(type.outermost())) {
            report(
                    type,
                    UNORDERED,
                    "whose order differs from run to run: take a list, TreeMap or LinkedHashMap",
                    found);
        }
        return found;
    }

    static List<String> exits(CompiledClass type) {
        List<String> found = new ArrayList<>();
        if (!type.outermost().endsWith(".Main")) {
            report(type, EXITS, "which is for Main alone", found);
        }
        return found;
    }

    /// `readers`: packages, each with those below it.
    static List<String> properties(CompiledClass type, Set<String> readers) {
        List<String> found = new ArrayList<>();
        boolean reader = readers.stream().anyMatch(name -> (type.packageName() + ".").startsWith(name + "."));
        if (!reader && !type.outermost().endsWith(".Main")) {
            report(type, PROPERTIES, "which is for the reader of the configuration and Main", found);
        }
        return found;
    }

    /// `order`: from the top down; a package may use those after it.
    static List<String> packageOrder(List<CompiledClass> types, List<String> order) {
        List<String> found = new ArrayList<>();
        for (CompiledClass type : types) {
            int own = order.indexOf(type.packageName());
            if (own < 0) {
                found.add(type.name() + " is in a package without a place in the order");
            }
            for (String used : type.packagesUsed()) {
                if (order.contains(used) && order.indexOf(used) < own) {
                    found.add(type.name() + " uses " + used + ", which is above it");
                }
            }
        }
        return found;
    }

    /// The packages that stand in a cycle, each with those that it uses.
    static List<String> cycles(List<CompiledClass> types) {
        SortedMap<String, SortedSet<String>> uses = new TreeMap<>();
        for (CompiledClass type : types) {
            uses.computeIfAbsent(type.packageName(), _ -> new TreeSet<>()).addAll(type.packagesUsed());
        }
        List<String> found = new ArrayList<>();
        for (Map.Entry<String, SortedSet<String>> entry : uses.entrySet()) {
            if (reachable(entry.getKey(), uses).contains(entry.getKey())) {
                found.add(entry.getKey() + " is in a cycle of packages; it uses " + entry.getValue());
            }
        }
        return found;
    }

    private static Set<String> reachable(String from, SortedMap<String, SortedSet<String>> uses) {
        Set<String> seen = new HashSet<>();
        List<String> left = new ArrayList<>(uses.getOrDefault(from, new TreeSet<>()));
        while (!left.isEmpty()) {
            String next = left.removeLast();
            if (seen.add(next)) {
                left.addAll(uses.getOrDefault(next, new TreeSet<>()));
            }
        }
        return seen;
    }

    private static void report(CompiledClass type, Set<String> banned, String why, List<String> found) {
        for (String used : type.members()) {
            if (banned.contains(used)) {
                found.add(type.name() + " calls " + used + ", " + why);
            }
        }
    }
}
