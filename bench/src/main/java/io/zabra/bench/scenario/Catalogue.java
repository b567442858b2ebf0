// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.scenario;

import io.zabra.bench.scenario.Failover.Fault;
import java.util.List;
import java.util.Optional;

/// All scenarios, in the order in which `bench all` runs them.
public final class Catalogue {

    private static final int PIPELINED = 16;
    private static final int MEMBERS = 3;
    private static final int SESSIONS_OF_ENSEMBLE = 30;

    private Catalogue() {}

    public static List<Scenario> all() {
        return List.of(
                closed("get", "read a value, pipelined", 32, 16, Kind.GET),
                closed("get-32x1", "read a value, one in flight a session", 32, 1, Kind.GET),
                closed("get-1x1", "read a value, one session, one in flight", 1, 1, Kind.GET),
                closed("exists", "test for a znode, pipelined", 32, 16, Kind.EXISTS),
                closed("children1000", "list 1000 children, pipelined", 32, 16, Kind.CHILDREN_1000),
                closed("set", "overwrite a value, pipelined", 32, 16, Kind.SET),
                closed("set-32x1", "overwrite a value, one in flight a session", 32, 1, Kind.SET),
                closed("set-1x1", "overwrite a value, one session, one in flight", 1, 1, Kind.SET),
                closed("create", "create a znode, pipelined", 32, 16, Kind.CREATE),
                closed("multi10", "ten overwrites in one multi", 32, 4, Kind.MULTI_10),
                closed("mixed", "90 % reads, 10 % overwrites", 32, 4, Kind.MIXED),
                closed("lockchain", "create sequential ephemeral, list, delete", 32, 1, Kind.LOCK_CHAIN),
                new OpenWrites("openloop", "writes at a fixed rate, small tree", 1, false, false),
                new OpenWrites("openloop-large", "writes at a fixed rate, 1 M znodes", 1, true, false),
                new OpenWrites("openloop-snapshot", "the same while snapshots are written", 1, true, true),
                ensemble("ensemble-set", "overwrite a value, pipelined, 3 members", 16, Kind.SET),
                ensemble("ensemble-set-30x1", "overwrite a value, one in flight a session, 3 members", 1, Kind.SET),
                ensemble("ensemble-get", "read a value, pipelined, 3 members", 16, Kind.GET),
                ensemble("ensemble-mixed", "90 % reads, 10 % overwrites, 3 members", 4, Kind.MIXED),
                new OpenWrites("ensemble-openloop", "writes at a fixed rate, 3 members", MEMBERS, false, false),
                new OpenWrites("ensemble-openloop-large", "the same, 1 M znodes, 3 members", MEMBERS, true, false),
                new OpenWrites(
                        "ensemble-openloop-snapshot", "the same, with snapshots, 3 members", MEMBERS, true, true),
                failover("failover-leader", "kill -9 of the leader, 3 members", false, Fault.KILL_LEADER),
                failover("failover-leader-large", "the same with 1 M znodes", true, Fault.KILL_LEADER),
                failover("failover-follower", "kill -9 of a follower, 3 members", false, Fault.KILL_FOLLOWER),
                failover("failover-stopped", "SIGSTOP of the leader, 3 members", false, Fault.STOP_LEADER),
                new CatchUp(MEMBERS),
                new ConnectStorm(),
                new WatchFanOut(),
                new TreeMemory(),
                new WatchMemory(),
                new GcPauses(),
                new Restart(),
                new StartUp());
    }

    public static Optional<Scenario> named(String name) {
        return all().stream().filter(scenario -> scenario.name().equals(name)).findFirst();
    }

    private static Scenario closed(String name, String summary, int sessions, int outstanding, Kind kind) {
        int warmup = kind.oneInFlight() ? 1 : PIPELINED;
        return new Operations(name, summary, new Operations.Shape(1, sessions, outstanding), warmup, kind);
    }

    private static Scenario ensemble(String name, String summary, int outstanding, Kind kind) {
        var shape = new Operations.Shape(MEMBERS, SESSIONS_OF_ENSEMBLE, outstanding);
        return new Operations(name, summary, shape, PIPELINED, kind);
    }

    private static Scenario failover(String name, String summary, boolean largeTree, Fault fault) {
        return new Failover(name, summary, MEMBERS, largeTree, fault);
    }
}
