// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Who the members of an ensemble are by what all those have left behind whose folders are there.
///
/// Folders are not counted: one that is missing now may hold what nobody else has, and members that are started without
/// it, with a list without it, would decide without it.
final class KeptEnsemble {

    private final Layout layout;
    private final SortedMap<Integer, KeptConfig> configs;

    private KeptEnsemble(Layout layout, SortedMap<Integer, KeptConfig> configs) {
        this.layout = layout;
        this.configs = configs;
    }

    /// @param ids of the members whose folders are there, and one at least; none of them may run
    static KeptEnsemble read(Layout layout, List<Integer> ids) throws IOException {
        SortedMap<Integer, KeptConfig> configs = new TreeMap<>();
        for (int id : ids) {
            configs.put(id, layout.left(id));
        }
        return new KeptEnsemble(layout, configs);
    }

    /// Why it must not be started as an ensemble of `members`, as a sentence for the user; empty if it may.
    String objection(int members) {
        Path folder = layout.folder();
        List<Long> missing = new ArrayList<>(listed());
        missing.removeIf(id -> Files.exists(layout.config(id)));
        if (!missing.isEmpty()) {
            return "members " + missing + " belong to the ensemble in " + folder + ", but these are missing: "
                    + missing.stream().map(this::missing).toList()
                    + "; put them back, or, to begin anew, choose another folder with --data";
        }
        List<Long> ids = ids();
        if (ids.getFirst() != 1 || ids.getLast() != ids.size()) {
            return folder + " holds the members " + ids + ", and this command runs those from 1 on: start each of them"
                    + " (zabra server --config " + folder.resolve("ID/zoo.cfg")
                    + "), or choose another folder with --data";
        }
        return ids.size() == members
                ? ""
                : folder + " holds an ensemble of " + ids.size() + ": start that one (zabra ensemble " + ids.size()
                        + "), or choose another folder with --data";
    }

    private Path missing(long id) {
        return Files.exists(layout.member(id)) ? layout.config(id) : layout.member(id);
    }

    /// Those that are started. One that was removed is among them while its folder is there: it tells that it was.
    private List<Long> ids() {
        boolean changed = configs.values().stream().anyMatch(KeptConfig::tellsOfAChange);
        return changed ? configs.keySet().stream().map(Integer::longValue).toList() : List.copyOf(listed());
    }

    /// The members by the newest of the lists. A server that was added by a change has its folder elsewhere, and does
    /// not count.
    private SortedSet<Long> listed() {
        long decided = configs.values().stream()
                .mapToLong(KeptConfig::decidedVersion)
                .max()
                .orElse(0);
        SortedSet<Long> listed = new TreeSet<>();
        SortedSet<Long> first = new TreeSet<>();
        for (KeptConfig each : configs.values()) {
            listed.addAll(each.servers(decided));
            first.addAll(each.firstServers());
        }
        listed.retainAll(first);
        return listed;
    }
}
