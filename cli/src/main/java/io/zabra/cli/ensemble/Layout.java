// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import io.zabra.storage.file.FileDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Where everything of an ensemble lies: a folder with a folder for each member, which holds its `zoo.cfg`, its
/// `myid`, its log and its data.
///
/// @param folder absolute
/// @param ports of the members, whose ids are 1 and so on
/// @param kept whether the configuration stays as the members have left it
record Layout(Path folder, List<Ports> ports, boolean kept) {

    static final int MEMBERS_MAX = 9;

    /// Where a server keeps its data below its `dataDir`.
    private static final String DATA = "version-2";

    private static final String FIRST_LINE = "# Written by zabra ensemble at each start.";

    Layout {
        folder = folder.toAbsolutePath().normalize();
        ports = List.copyOf(ports);
    }

    Layout(Path folder, List<Ports> ports) {
        this(folder, ports, false);
    }

    /// The same, but with the ports that the members have had, and nothing written anew, if any of them knows of a
    /// change of the members. There must be no [#objection()].
    Layout asLeft() throws IOException {
        List<KeptConfig> configs = Files.exists(config(1)) ? configs() : List.of();
        if (configs.stream().noneMatch(KeptConfig::tellsOfAChange)) {
            return this;
        }
        List<Ports> had = new ArrayList<>();
        for (KeptConfig each : configs) {
            had.add(each.ports());
        }
        return new Layout(folder, had, true);
    }

    /// Why these members must not be started as they were left, as a sentence for the user; empty if they may.
    ///
    /// @param takesChanges whether they are told to take changes of the members
    String objectionToWhatWasLeft(boolean takesChanges) throws IOException {
        for (KeptConfig each : kept ? configs() : List.<KeptConfig>of()) {
            String objection = each.objection(takesChanges);
            if (!objection.isEmpty()) {
                return objection;
            }
        }
        return "";
    }

    /// Whether the configuration, as it was kept, lets members be changed.
    boolean takesChanges() throws IOException {
        return kept && configs().stream().allMatch(KeptConfig::takesChanges);
    }

    private List<KeptConfig> configs() throws IOException {
        List<KeptConfig> all = new ArrayList<>();
        for (int id : ids()) {
            all.add(left(id));
        }
        return all;
    }

    /// What a member has left behind; it must not run.
    KeptConfig left(int id) throws IOException {
        return KeptConfig.read(id, config(id), member(id).resolve(DATA));
    }

    /// The ids of the members, in order.
    List<Integer> ids() {
        List<Integer> ids = new ArrayList<>();
        for (int id = 1; id <= ports.size(); id++) {
            ids.add(id);
        }
        return ids;
    }

    Ports ports(int id) {
        return ports.get(id - 1);
    }

    Path member(long id) {
        return folder.resolve(Long.toString(id));
    }

    Path config(long id) {
        return member(id).resolve("zoo.cfg");
    }

    Path log(int id) {
        return member(id).resolve("server.log");
    }

    /// What a client is given to connect to.
    String connectString() {
        return ports.stream().map(each -> "127.0.0.1:" + each.client()).collect(Collectors.joining(","));
    }

    /// Why this ensemble must not be started in this folder, as a sentence for the user; empty if it may.
    ///
    /// More or fewer members than before would be a change of the ensemble, after which a quorum of the new ones need
    /// not have what a quorum of the old ones has acknowledged.
    String objection() throws IOException {
        List<Integer> known = new ArrayList<>();
        for (int id = 1; id <= MEMBERS_MAX; id++) {
            if (Files.exists(config(id))) {
                if (Files.readString(config(id), StandardCharsets.ISO_8859_1).startsWith(FIRST_LINE)) {
                    known.add(id);
                } else if (id <= ports.size()) {
                    return config(id) + " is not of this command's making; choose another folder with --data";
                }
            }
        }
        SortedSet<Integer> all = new TreeSet<>(known);
        all.addAll(ids());
        List<Integer> running = running(all);
        if (!running.isEmpty()) {
            return "members " + running + " of " + folder + " still run" + processes(running)
                    + "; stop them, or choose another folder with --data";
        }
        return known.isEmpty() ? "" : KeptEnsemble.read(this, known).objection(ports.size());
    }

    /// The members whose data a server has open at the moment, whoever has started it.
    List<Integer> running() throws IOException {
        return running(ids());
    }

    private List<Integer> running(Collection<Integer> ids) throws IOException {
        List<Integer> running = new ArrayList<>();
        for (int id : ids) {
            if (FileDisk.isInUse(member(id).resolve(DATA))) {
                running.add(id);
            }
        }
        return running;
    }

    /// Names the processes of members, as far as the system tells: their commands end with the configuration.
    private String processes(List<Integer> members) {
        Set<String> configs = members.stream().map(id -> config(id).toString()).collect(Collectors.toSet());
        String pids = ProcessHandle.allProcesses()
                .filter(each -> each.info()
                        .arguments()
                        .filter(arguments -> arguments.length > 0 && configs.contains(arguments[arguments.length - 1]))
                        .isPresent())
                .map(each -> Long.toString(each.pid()))
                .sorted()
                .collect(Collectors.joining(" "));
        return pids.isEmpty() ? "" : " (kill " + pids + ")";
    }

    /// Makes the folders and writes the configuration of all members, unless it is kept.
    void write() throws IOException {
        if (kept) {
            return;
        }
        for (int id : ids()) {
            Files.createDirectories(member(id));
            Files.writeString(member(id).resolve("myid"), id + "\n");
            Files.write(config(id), lines(id), StandardCharsets.ISO_8859_1);
        }
    }

    private List<String> lines(int id) {
        List<String> lines = new ArrayList<>(List.of(
                FIRST_LINE,
                "# Settings that are not named here: SERVER_JVMFLAGS=-Dzookeeper.KEY=VALUE in the environment.",
                "dataDir=" + escape(member(id).toString()),
                "clientPortAddress=127.0.0.1",
                "clientPort=" + ports(id).client(),
                "tickTime=2000",
                "initLimit=10",
                "syncLimit=5",
                "standaloneEnabled=false",
                "4lw.commands.whitelist=*,step"));
        for (int other : ids()) {
            lines.add("server." + other + "=127.0.0.1:" + ports(other).quorum() + ":"
                    + ports(other).election());
        }
        return lines;
    }

    /// The text as a value of a properties file.
    private static String escape(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                out.append("\\\\");
            } else if (c < ' ' || c > '~') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
